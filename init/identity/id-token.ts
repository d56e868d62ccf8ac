import { IdentityError } from '../errors.ts';

/** What a Google ID token says, unverified: STS verifies, we only check and explain. */
export interface IdTokenClaims {
  iss: string;
  aud: string;
  azp: string | undefined;
  sub: string;
  expSeconds: number;
  iatSeconds: number | undefined;
}

const ISSUERS = new Set(['https://accounts.google.com', 'accounts.google.com']);

/**
 * Decodes the claims of a JWT (RFC 7519) without verifying its signature.
 * @throws IdentityError ERR_PROTOCOL when it is not a JWT, or a claim that STS needs is missing.
 */
export function decodeIdToken(idToken: string): IdTokenClaims {
  const payload = decodePayload(idToken);
  const { iss, aud, azp, sub, exp, iat } = payload;
  if (typeof iss !== 'string' || typeof aud !== 'string' || typeof sub !== 'string') {
    throw notAnIdToken('it lacks one of the claims iss, aud and sub');
  }
  if (typeof exp !== 'number') throw notAnIdToken('it has no expiry (exp)');
  return {
    iss,
    aud,
    azp: typeof azp === 'string' ? azp : undefined,
    sub,
    expSeconds: exp,
    iatSeconds: typeof iat === 'number' ? iat : undefined,
  };
}

/**
 * Checks that an ID token is one that we asked for: for our audience, by Google, not expired.
 * @param expected the audience that was asked for, and the time now in milliseconds
 * @throws IdentityError ERR_PROTOCOL naming the claim that is wrong
 */
export function checkIdToken(
  claims: IdTokenClaims,
  expected: { audience: string; nowMs: number },
): void {
  if (!ISSUERS.has(claims.iss)) {
    throw notAnIdToken(`its issuer is ${claims.iss}, not https://accounts.google.com`);
  }
  if (claims.aud !== expected.audience) {
    throw notAnIdToken(`its audience is ${claims.aud}, but ${expected.audience} was asked for`);
  }
  const leftSeconds = Math.floor(claims.expSeconds - expected.nowMs / 1000);
  if (leftSeconds <= 0) {
    throw new IdentityError(
      'ERR_PROTOCOL',
      `The metadata server gave an ID token that expired ${-leftSeconds} s ago`,
      { hint: "is this machine's clock right?", retry: 'briefly' },
    );
  }
}

/** The claims that a trust policy compares, for messages: never the token itself. */
export function describeClaims({ aud, azp, sub }: IdTokenClaims): string {
  return `aud=${aud}, azp=${azp ?? 'none'}, sub=${sub}`;
}

function decodePayload(idToken: string): Record<string, unknown> {
  const parts = idToken.split('.');
  if (parts.length !== 3) throw notAnIdToken('it has not the three parts of a JWT');
  try {
    const payload: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'));
    if (typeof payload === 'object' && payload !== null) return { ...payload };
  } catch {
    // What it is instead is nobody's business: it may be half a token.
  }
  throw notAnIdToken('its payload is not JSON');
}

function notAnIdToken(reason: string): IdentityError {
  return new IdentityError(
    'ERR_PROTOCOL',
    `The metadata server's answer is not the ID token that was asked for: ${reason}`,
    { hint: 'check GCE_METADATA_HOST, and what answers at the metadata address' },
  );
}
