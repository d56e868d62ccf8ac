/** Verification of a web identity token, and the condition keys that AWS takes from it. */
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import type { ConditionContext } from './condition.ts';
import { StsError } from './sts-error.ts';

/** How AWS names Google's built-in identity provider. */
export const GOOGLE_PROVIDER = 'accounts.google.com';

export type VerifyWebIdentityToken = (token: string) => Promise<JWTPayload>;

/**
 * A verifier of ID tokens of one issuer: RS256 signature by the issuer's published keys, `iss`,
 * `exp`, and the presence of `aud` and `sub`. It throws StsError: InvalidIdentityToken,
 * ExpiredTokenException, or IDPCommunicationError when the keys cannot be fetched.
 */
export function createTokenVerifier(options: {
  jwksUrl: string;
  issuer: string;
  now: () => number;
}): VerifyWebIdentityToken {
  const { jwksUrl, issuer, now } = options;
  // No cool-down: an issuer that starts again with new keys is believed at once.
  const keys = createRemoteJWKSet(new URL(jwksUrl), { cooldownDuration: 0, timeoutDuration: 2000 });
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        algorithms: ['RS256'],
        requiredClaims: ['aud', 'exp', 'sub'],
        currentDate: new Date(now()),
      });
      return payload;
    } catch (error) {
      throw toStsError(error);
    }
  };
}

/**
 * The condition keys of a Google token: `aud` is the token's `azp` (its `aud` when there is no
 * `azp`), `oaud` its `aud`, `sub` its `sub`; the e-mail address is none.
 * Source: Service authorization reference, "Condition keys for AWS STS".
 */
export function buildConditionContext(claims: JWTPayload, sessionName: string): ConditionContext {
  const google = claims['google'] as { organization_number?: unknown } | undefined;
  const organization = google?.organization_number;
  return {
    [`${GOOGLE_PROVIDER}:aud`]: audienceOf(claims),
    [`${GOOGLE_PROVIDER}:oaud`]: claims.aud ?? [],
    [`${GOOGLE_PROVIDER}:sub`]: claims.sub ?? '',
    ...(organization !== undefined && {
      [`${GOOGLE_PROVIDER}:google/organization_number`]: String(organization),
    }),
    'aws:FederatedProvider': GOOGLE_PROVIDER,
    'sts:RoleSessionName': sessionName,
  };
}

/** What AWS calls the audience of a Google token. */
export function audienceOf(claims: JWTPayload): string {
  return String(claims['azp'] ?? claims.aud);
}

function toStsError(error: unknown): StsError {
  if (error instanceof errors.JWTExpired) return new StsError('ExpiredTokenException');
  if (isAboutToken(error)) return new StsError('InvalidIdentityToken');
  return new StsError('IDPCommunicationError');
}

function isAboutToken(error: unknown): boolean {
  return (
    error instanceof errors.JOSEError &&
    !(error instanceof errors.JWKSTimeout) &&
    !(error instanceof errors.JWKSInvalid) &&
    error.code !== 'ERR_JOSE_GENERIC'
  );
}
