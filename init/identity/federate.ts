import { asIdentityError, IdentityError } from '../errors.ts';
import type { Credentials, FederationPorts } from '../ports.ts';
import { checkIdToken, decodeIdToken, describeClaims, type IdTokenClaims } from './id-token.ts';
import { retry } from './retry.ts';

const SHORT_LIFETIME_MS = 5 * 60_000;
const SHORT_LIFETIME_TRIES = 3;
const SHORT_LIFETIME_PAUSE_MS = 1_000;

export interface FederationRequest {
  /** The audience to ask for; the role's trust policy compares it as `accounts.google.com:oaud`. */
  audience: string;
  roleArn: string;
  /** How long to keep trying, in milliseconds from now. */
  deadlineMs: number;
}

/**
 * The recipe: a Google ID token becomes AWS credentials. Every try fetches a new ID token, so that
 * one which STS calls invalid or expired is never sent twice.
 * @throws IdentityError the last failure, once it is final or the deadline is reached
 */
export async function federate(
  request: FederationRequest,
  ports: FederationPorts,
  signal: AbortSignal,
): Promise<Credentials> {
  const { clock, log } = ports;
  return await retry(
    async (trySignal) => {
      const { idToken, claims } = await fetchIdToken(request.audience, ports, trySignal);
      log.debug('Fetched an ID token', { claims: describeClaims(claims) });
      return await assumeRole({ ...request, idToken, claims }, ports, trySignal);
    },
    {
      deadlineAtMs: clock.nowMs() + request.deadlineMs,
      clock,
      signal,
      onRetry: (failure, delayMs) =>
        log.warning(`${failure.message}; trying again`, {
          code: failure.code,
          delayMs: Math.round(delayMs),
        }),
    },
  );
}

interface CheckedIdToken {
  idToken: string;
  claims: IdTokenClaims;
}

/** Metadata servers cache ID tokens: one that is about to expire is asked for again shortly. */
async function fetchIdToken(
  audience: string,
  { idTokens, clock }: FederationPorts,
  signal: AbortSignal,
): Promise<CheckedIdToken> {
  for (let tries = 1; ; tries++) {
    const idToken = await idTokens.fetchIdToken(audience, signal);
    const claims = decodeIdToken(idToken);
    checkIdToken(claims, { audience, nowMs: clock.nowMs() });
    const leftMs = claims.expSeconds * 1000 - clock.nowMs();
    if (leftMs >= SHORT_LIFETIME_MS || tries === SHORT_LIFETIME_TRIES) return { idToken, claims };
    await clock.sleep(SHORT_LIFETIME_PAUSE_MS, signal);
  }
}

async function assumeRole(
  { roleArn, idToken, claims }: FederationRequest & CheckedIdToken,
  { roles, clock }: FederationPorts,
  signal: AbortSignal,
): Promise<Credentials> {
  try {
    const credentials = await roles.assumeRole(idToken, signal);
    if (credentials.expiration.getTime() > clock.nowMs()) return credentials;
  } catch (error) {
    throw withClaims(asIdentityError(error), roleArn, claims);
  }
  throw new IdentityError('ERR_PROTOCOL', `STS gave credentials for ${roleArn} that have expired`, {
    hint: "is this machine's clock right?",
  });
}

/** A refusal says what was refused: the role, and the claims that its trust policy compared. */
function withClaims(failure: IdentityError, roleArn: string, claims: IdTokenClaims): IdentityError {
  const { code, message, cause, hint, retry: worth } = failure;
  const details = { cause, hint, retry: worth };
  if (code === 'ERR_CONFIG') {
    return new IdentityError(
      code,
      `STS refused the request for role ${roleArn}: ${message}`,
      details,
    );
  }
  if (code !== 'ERR_TRUST_REJECTED') return failure;
  const refused = `STS refused the ID token for role ${roleArn}: ${message}`;
  return new IdentityError(code, `${refused} (${describeClaims(claims)})`, details);
}
