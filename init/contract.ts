/**
 * The public contract of the executable: names, paths, ports, limits and exit codes that manifests,
 * images and users rely on. Imports nothing, so that everything may import it.
 */

export const PROGRAM = 'dataflow-aws-identity';
export const EXECUTABLE_PATH = '/opt/dataflow-aws-identity/dataflow-aws-identity';
export const BEAM_BOOT_PATH = '/opt/apache/beam/boot';

/**
 * Beam's own flag of Python image pre-building, where no metadata server exists, in the spellings
 * of Go's flag package that switch it on.
 */
export const BEAM_SETUP_ONLY_FLAG: RegExp = /^--?setup_only(?:=(?:1|t|T|true|TRUE|True))?$/;

/** Environment variables that are read; AWS's and Google's own names where they exist. */
export const VARIABLES = {
  roleArn: 'AWS_ROLE_ARN',
  region: 'AWS_REGION',
  defaultRegion: 'AWS_DEFAULT_REGION',
  roleSessionName: 'AWS_ROLE_SESSION_NAME',
  audience: 'AWS_IDENTITY_AUDIENCE',
  duration: 'AWS_IDENTITY_DURATION',
  serviceAccount: 'AWS_IDENTITY_SERVICE_ACCOUNT',
  policyArns: 'AWS_IDENTITY_POLICY_ARNS',
  policy: 'AWS_IDENTITY_POLICY',
  deliver: 'AWS_IDENTITY_DELIVER',
  once: 'AWS_IDENTITY_ONCE',
  credentialsFile: 'AWS_SHARED_CREDENTIALS_FILE',
  configFile: 'AWS_CONFIG_FILE',
  profile: 'AWS_PROFILE',
  fileMode: 'AWS_IDENTITY_FILE_MODE',
  port: 'AWS_IDENTITY_PORT',
  tokenFile: 'AWS_IDENTITY_TOKEN_FILE',
  deadline: 'AWS_IDENTITY_DEADLINE',
  onError: 'AWS_IDENTITY_ON_ERROR',
  logFormat: 'AWS_IDENTITY_LOG_FORMAT',
  logLevel: 'AWS_IDENTITY_LOG_LEVEL',
  metadataHost: 'GCE_METADATA_HOST',
  stsEndpoint: 'AWS_ENDPOINT_URL_STS',
  s3Endpoint: 'AWS_ENDPOINT_URL_S3',
  awsEndpoint: 'AWS_ENDPOINT_URL',
} as const;

/** Variables set for the worker, beside those above. */
export const WORKER_VARIABLES = {
  endpointUrl: 'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  endpointToken: 'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  endpointTokenFile: 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  metadataDisabled: 'AWS_EC2_METADATA_DISABLED',
} as const;

/** Metadata attributes (instance, then project) that may hold the role and the region. */
export const METADATA_ATTRIBUTES = { roleArn: 'aws-role-arn', region: 'aws-region' } as const;

export const ENDPOINT_HOST = '127.0.0.1';
export const SERVE_PORT = 9911;
export const CREDENTIALS_PATH = '/v1/credentials';
export const HEALTH_PATH = '/healthz';

export const DEFAULTS = {
  audience: 'sts.amazonaws.com',
  durationSeconds: 3600,
  serviceAccount: 'default',
  profile: 'default',
  fileMode: 0o600,
  deadlineSeconds: 45,
  /** Of `doctor`, whose user waits for it. */
  doctorDeadlineSeconds: 10,
} as const;

/** Limits of AssumeRoleWithWebIdentity (STS API reference). */
export const LIMITS = {
  durationSeconds: { min: 900, max: 43_200 },
  roleArn: { min: 20, max: 2048 },
  roleSessionName: { min: 2, max: 64 },
  policy: { min: 1, max: 2048 },
  policyArns: { min: 1, max: 10 },
} as const;

/** Any partition: aws, aws-cn, aws-us-gov, aws-eusc, or a local server's own. */
export const ROLE_ARN_PATTERN: RegExp =
  /^arn:[a-z][a-z0-9-]*:iam::(\d{12})?:role\/[\w+=,.@/-]{1,512}$/;
export const POLICY_ARN_PATTERN: RegExp =
  /^arn:[a-z][a-z0-9-]*:iam::(\d{12}|aws)?:policy\/[\w+=,.@/-]{1,512}$/;
export const ROLE_SESSION_NAME_PATTERN: RegExp = /^[\w+=,.@-]{2,64}$/;
export const REGION_PATTERN: RegExp = /^[a-z]{2,}(-[a-z0-9]+)+$/;

/** What --log-level takes, lowest first. */
export const LOG_LEVELS = ['debug', 'info', 'warning', 'error'] as const;

/** Exit codes of the executable; the numbers follow sysexits. COMMAND's own codes pass through. */
export const EXIT_CODES = {
  ok: 0,
  usage: 64,
  metadataUnavailable: 69,
  internal: 70,
  cannotWrite: 73,
  temporary: 75,
  protocol: 76,
  refused: 77,
  configuration: 78,
  cannotExecute: 126,
  notFound: 127,
  signalBase: 128,
} as const;

/** Google's identity provider, which is built into AWS. */
export const GOOGLE_PROVIDER = 'accounts.google.com';

/** What one statement of a trust policy compares with an ID token. */
export interface TrustedToken {
  /** `accounts.google.com`, or the ARN of an IAM OIDC provider. */
  federatedPrincipal: string;
  /** Who the token was made for: the service account's unique id, or an e-mail (impersonation). */
  azp: string;
  audience: string;
  /** The service account's unique id. */
  sub: string;
}

/** A statement of an AWS role's trust policy. */
export interface TrustStatement {
  readonly Effect: 'Allow';
  readonly Principal: { readonly Federated: string };
  readonly Action: 'sts:AssumeRoleWithWebIdentity';
  readonly Condition: { readonly StringEquals: Readonly<Record<string, string>> };
}

/** An AWS role's trust policy. */
export interface TrustPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: TrustStatement[];
}

/**
 * Builds the trust policy that accepts exactly these tokens. AWS fills the condition keys of
 * accounts.google.com from the ID token: `aud` from azp, `oaud` from aud, `sub` from sub (Service
 * Authorization Reference, AWS STS). All three are pinned: with only `oaud` anybody's token for that
 * audience would do, since whoever asks chooses the audience; with only `aud` or `sub`, a token that
 * the account sent to any other service could be replayed to AWS.
 *
 * One statement a token, because the keys of one StringEquals are compared independently: with
 * lists in it, a token with the azp of one account and the sub of another would be accepted.
 */
export function buildTrustPolicyFor(tokens: readonly TrustedToken[]): TrustPolicy {
  return { Version: '2012-10-17', Statement: tokens.map(buildTrustStatement) };
}

function buildTrustStatement(token: TrustedToken): TrustStatement {
  // An IAM OIDC provider's ARN ends with its URL, which is what its condition keys start with.
  const provider = token.federatedPrincipal.replace(/^arn:.*:oidc-provider\//, '');
  return {
    Effect: 'Allow',
    Principal: { Federated: token.federatedPrincipal },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: {
        [`${provider}:aud`]: token.azp,
        [`${provider}:oaud`]: token.audience,
        [`${provider}:sub`]: token.sub,
      },
    },
  };
}
