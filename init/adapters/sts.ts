import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { FetchHttpHandler } from '@smithy/fetch-http-handler';
import { type ErrorCode, IdentityError, type Retry, withoutSecrets } from '../errors.ts';
import type { Credentials, RoleAssumer } from '../ports.ts';

const REQUEST_TIMEOUT_MS = 10_000;

/** What AssumeRoleWithWebIdentity is asked for; the role session name is valid already. */
export interface RoleRequest {
  roleArn: string;
  roleSessionName: string;
  region: string;
  durationSeconds: number;
  policyArns: readonly string[];
  policy: string | undefined;
  /** Overrides the regional endpoint (AWS_ENDPOINT_URL_STS). */
  endpoint: string | undefined;
}

/**
 * Calls AssumeRoleWithWebIdentity, unsigned: no AWS credentials are needed or looked for.
 * One try a call; the recipe decides what is worth repeating.
 */
export function createRoleAssumer(request: RoleRequest): RoleAssumer {
  const client = createStsClient(request);
  return {
    async assumeRole(webIdentityToken, signal) {
      const command = new AssumeRoleWithWebIdentityCommand({
        RoleArn: request.roleArn,
        RoleSessionName: request.roleSessionName,
        DurationSeconds: request.durationSeconds,
        WebIdentityToken: webIdentityToken,
        ...(request.policy === undefined ? {} : { Policy: request.policy }),
        ...(request.policyArns.length === 0
          ? {}
          : { PolicyArns: request.policyArns.map((arn) => ({ arn })) }),
      });
      const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]);
      try {
        const { Credentials } = await client.send(command, { abortSignal });
        return readCredentials(Credentials);
      } catch (error) {
        throw error instanceof IdentityError ? error : explainStsFailure(error);
      }
    },
  };
}

/**
 * The STS client for a region, or for an endpoint of the user's own. Follows no redirects.
 * @param credentials what its requests are signed with; AssumeRoleWithWebIdentity needs none
 */
export function createStsClient(
  { region, endpoint }: Pick<RoleRequest, 'region' | 'endpoint'>,
  credentials?: Credentials,
): STSClient {
  return new STSClient({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    maxAttempts: 1,
    requestHandler: new FetchHttpHandler({ requestInit: () => ({ redirect: 'manual' }) }),
  });
}

const PRINTABLE = /^[\x21-\x7e]+$/;

interface StsCredentials {
  AccessKeyId?: string | undefined;
  SecretAccessKey?: string | undefined;
  SessionToken?: string | undefined;
  Expiration?: Date | undefined;
}

function readCredentials(found: StsCredentials | undefined): Credentials {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = found ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
    throw new IdentityError('ERR_PROTOCOL', 'STS answered without complete credentials', {
      hint: CHECK_ENDPOINT,
    });
  }
  for (const value of [AccessKeyId, SecretAccessKey, SessionToken]) {
    if (PRINTABLE.test(value)) continue;
    // It would end up in a file, an environment and a header, where a line break is an injection.
    throw new IdentityError('ERR_PROTOCOL', 'STS answered with credentials that are not text');
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
  };
}

const CHECK_ENDPOINT =
  'doctor shows the address; check the region, AWS_ENDPOINT_URL_STS and the proxy';
const TRUST_POLICY_HINT =
  "the role's trust policy must allow accounts.google.com with this token's azp as :aud, aud as :oaud and sub as :sub";

interface Explanation {
  code: ErrorCode;
  hint: string;
  retry?: Retry;
}

const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  AccessDenied: { code: 'ERR_TRUST_REJECTED', hint: TRUST_POLICY_HINT },
  IDPRejectedClaim: { code: 'ERR_TRUST_REJECTED', hint: TRUST_POLICY_HINT },
  InvalidIdentityToken: {
    code: 'ERR_TRUST_REJECTED',
    hint: 'STS could not verify the token; accounts.google.com is built in, an IAM OIDC provider for it does harm',
  },
  ExpiredToken: { code: 'ERR_TRUST_REJECTED', hint: "is this machine's clock right?" },
  IDPCommunicationError: { code: 'ERR_TEMPORARY', hint: "STS could not read Google's keys" },
  RegionDisabled: {
    code: 'ERR_CONFIG',
    hint: 'activate STS for this region in the account, or choose another with --region',
  },
  MalformedPolicyDocument: { code: 'ERR_CONFIG', hint: 'check --policy' },
  PackedPolicyTooLarge: { code: 'ERR_CONFIG', hint: 'shorten --policy or give fewer --policy-arn' },
  ValidationError: {
    code: 'ERR_CONFIG',
    hint: "check --role-arn and --role-session-name; --duration must not exceed the role's maximum session duration",
  },
};

/** Sorts a failure of the SDK by STS's error code, HTTP status, or the lack of an answer. */
export function explainStsFailure(error: unknown): IdentityError {
  const { name, message, status } = readSdkError(error);
  const reason = withoutSecrets(`${name}: ${message}`);
  const code = name.replace(/Exception$/, '');
  const known = Object.hasOwn(EXPLANATIONS, code) ? EXPLANATIONS[code] : undefined;
  if (known !== undefined) {
    return new IdentityError(known.code, reason, { cause: error, ...known });
  }
  if (status === undefined || status === 429 || status >= 500 || /throttl/i.test(name)) {
    // What the SDK says of a 5xx is how it failed to read it.
    const why = status !== undefined && status >= 500 ? `HTTP ${status}` : reason;
    return new IdentityError('ERR_TEMPORARY', `STS cannot be reached or is failing: ${why}`, {
      cause: error,
      hint: CHECK_ENDPOINT,
    });
  }
  const said = `${status}, ${withoutSecrets(name)}`;
  return new IdentityError('ERR_PROTOCOL', `STS gave an answer that makes no sense (${said})`, {
    cause: error,
    hint: CHECK_ENDPOINT,
  });
}

interface SdkError {
  name: string;
  message: string;
  status: number | undefined;
}

function readSdkError(error: unknown): SdkError {
  if (!(error instanceof Error))
    return { name: 'Error', message: String(error), status: undefined };
  const { $metadata, $response } = error as Error & {
    $metadata?: { httpStatusCode?: number };
    $response?: { statusCode?: number };
  };
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  // Node's fetch says no more than "fetch failed"; why, such as ECONNREFUSED, is in its cause.
  const why = error instanceof TypeError && error.cause instanceof Error ? error.cause : undefined;
  const message = why === undefined ? error.message : `${error.message}: ${why.message}`;
  return { name: error.name, message, status };
}
