/** Google-signed ID tokens, as the metadata server hands them out, signed with keys of our own. */
import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

export const GOOGLE_ISSUER = 'https://accounts.google.com';

/** A Google service account. */
export interface ServiceAccount {
  email: string;
  /** The numeric unique id, of 21 digits. */
  uniqueId: string;
}

/** The virtual machine or pod whose identity is asserted. */
export interface Instance {
  id: string;
  name: string;
  zone: string;
  projectId: string;
  numericProjectId: number;
}

export interface SigningKey {
  keyId: string;
  privateKey: CryptoKey;
  publicJwk: JWK;
}

/** What a token asserts. */
export interface IdTokenRequest {
  issuer: string;
  audience: string;
  account: ServiceAccount;
  /** Asserted by format=full only. */
  instance: Instance;
  format: 'standard' | 'full';
  nowMs: number;
  lifetimeSeconds: number;
}

/** A new RS256 key pair under a key id (default: 40 random hexadecimal digits, as Google's are). */
export async function generateSigningKey(
  keyId: string = randomBytes(20).toString('hex'),
): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const publicJwk = { ...(await exportJWK(publicKey)), kid: keyId, alg: 'RS256', use: 'sig' };
  return { keyId, privateKey, publicJwk };
}

/**
 * The claims of an ID token from the metadata server: `azp` and `sub` are the service account's
 * unique id; e-mail and machine only with format=full.
 * Source: Google Cloud, "Verify the identity of a VM".
 */
export function buildIdTokenClaims(request: IdTokenRequest): JWTPayload {
  const { issuer, audience, account, instance, nowMs, lifetimeSeconds } = request;
  const now = Math.floor(nowMs / 1000);
  const standard = {
    aud: audience,
    azp: account.uniqueId,
    exp: now + lifetimeSeconds,
    iat: now,
    iss: issuer,
    sub: account.uniqueId,
  };
  if (request.format === 'standard') return standard;
  return {
    ...standard,
    email: account.email,
    email_verified: true,
    google: {
      compute_engine: {
        instance_id: instance.id,
        instance_name: instance.name,
        project_id: instance.projectId,
        project_number: instance.numericProjectId,
        zone: instance.zone,
      },
    },
  };
}

/** Signs claims as a compact JWS with RS256. */
export function signIdToken(claims: JWTPayload, key: SigningKey): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: key.keyId, typ: 'JWT' })
    .sign(key.privateKey);
}
