import type { Settings } from '../config/settings.ts';
import {
  buildTrustPolicyFor,
  DEFAULTS,
  GOOGLE_PROVIDER,
  type TrustPolicy,
  VARIABLES,
} from '../contract.ts';
import type { IdentityError } from '../errors.ts';
import type { IdTokenClaims } from '../identity/id-token.ts';
import type { Environment } from '../ports.ts';
import type { Finding } from './report.ts';

/** What STS was asked with. */
export interface RefusedRequest {
  settings: Settings;
  claims: IdTokenClaims;
  /** The service account's e-mail, where it is known. */
  email: string | undefined;
  env: Environment;
}

export interface Refusal {
  findings: Finding[];
  trustPolicy?: TrustPolicy;
}

/**
 * Says what may be behind a failure of STS: the failure itself first, then the classic mistakes
 * that fit what is known, the likeliest first; and the trust policy that would accept the token.
 */
export function explainRefusal(failure: IdentityError, request: RefusedRequest): Refusal {
  const { roleArn } = request.settings;
  if (failure.code === 'ERR_CONFIG') {
    const first = { problem: `STS refused the request: ${failure.message}`, mend: failure.hint };
    return { findings: [first, ...durationFindings(failure, request)] };
  }
  if (failure.code !== 'ERR_TRUST_REJECTED') {
    return { findings: [{ problem: failure.message, mend: failure.hint }] };
  }
  const first = {
    problem: `STS refused the ID token for role ${roleArn}: ${failure.message}`,
    mend: failure.hint,
  };
  const causes = MISTAKES[awsCodeOf(failure)]?.(request) ?? [];
  return { findings: [first, ...causes], trustPolicy: buildAcceptingPolicy(request.claims) };
}

/** The trust policy that accepts exactly the tokens that say the same. */
export function buildAcceptingPolicy({ azp, aud, sub }: IdTokenClaims): TrustPolicy {
  // Without azp, AWS compares aud in its place.
  const token = { azp: azp ?? aud, audience: aud, sub };
  return buildTrustPolicyFor([{ federatedPrincipal: GOOGLE_PROVIDER, ...token }]);
}

const MISTAKES: Readonly<Record<string, (request: RefusedRequest) => Finding[]>> = {
  AccessDenied: (request) => [
    ...azpFindings(request),
    ...audienceFindings(request),
    accountFinding(request),
    roleFinding(request),
  ],
  IDPRejectedClaim: azpFindings,
  InvalidIdentityToken: ({ env }) => [
    ...foreignMetadataFindings(env),
    {
      problem: `The AWS account may have an IAM OIDC provider for ${GOOGLE_PROVIDER}`,
      mend: `look with: aws iam list-open-id-connect-providers; delete it: ${GOOGLE_PROVIDER} is built into AWS, and its own provider gets in the way`,
    },
  ],
};

function azpFindings({ claims: { azp, sub } }: RefusedRequest): Finding[] {
  if (azp === undefined || azp === sub) return [];
  const problem = azp.includes('@')
    ? `The token's azp is an e-mail, ${azp}: it was made by impersonation, not by the metadata server of a worker`
    : `The token's azp (${azp}) and sub (${sub}) are not the same account`;
  const mend = azp.includes('@')
    ? `list the e-mail as ${GOOGLE_PROVIDER}:aud in a statement of its own, or request the token without useEmailAzp`
    : `list azp as ${GOOGLE_PROVIDER}:aud and sub as ${GOOGLE_PROVIDER}:sub, as in the policy below`;
  return [{ problem, mend }];
}

function audienceFindings({ claims: { aud }, settings: { sources } }: RefusedRequest): Finding[] {
  if (aud === DEFAULTS.audience) return [];
  return [
    {
      problem: `The audience is ${aud} (${sources.audience ?? 'default'}), not the usual ${DEFAULTS.audience}; the trust policy may list another one`,
      mend: `give the audience that the policy lists as ${GOOGLE_PROVIDER}:oaud with --audience, or list this one`,
    },
  ];
}

function accountFinding({ claims: { sub }, email }: RefusedRequest): Finding {
  const account = email === undefined ? sub : `${email}, unique id ${sub}`;
  return {
    problem: `The trust policy may list another service account than this worker's (${account})`,
    mend: `start the worker as the account that the policy lists, or list ${sub} as ${GOOGLE_PROVIDER}:aud and :sub; an account made anew under an old name has a new unique id`,
  };
}

function roleFinding({ settings: { roleArn, sources } }: RefusedRequest): Finding {
  const [, , , , accountId, resource = ''] = roleArn.split(':');
  const name = resource.split('/').at(-1);
  return {
    problem: `There may be no such role: STS says AccessDenied for an unknown one too (role-arn from ${sources.roleArn ?? 'default'})`,
    mend: `compare account ${accountId}, path and name with: aws iam get-role --role-name ${name}; where role or policy changed within the last minute, try again`,
  };
}

function durationFindings(
  { message }: IdentityError,
  { settings: { durationSeconds, sources } }: RefusedRequest,
): Finding[] {
  if (!/DurationSeconds|MaxSessionDuration/.test(message)) return [];
  return [
    {
      problem: `--duration ${durationSeconds} (${sources.durationSeconds ?? 'default'}) exceeds the role's maximum session duration, which is 3600 unless it was raised`,
      mend: 'ask for less, or raise it with: aws iam update-role --role-name NAME --max-session-duration SECONDS',
    },
  ];
}

function foreignMetadataFindings(env: Environment): Finding[] {
  const host = env[VARIABLES.metadataHost];
  if (!host) return [];
  return [
    {
      problem: `${VARIABLES.metadataHost} is ${host}: if that is not Google's metadata server, its tokens are not signed by Google`,
      mend: `unset ${VARIABLES.metadataHost} on Google Cloud`,
    },
  ];
}

/** AWS's error code, as the SDK names its exceptions. */
function awsCodeOf({ cause }: IdentityError): string {
  return cause instanceof Error ? cause.name.replace(/Exception$/, '') : '';
}
