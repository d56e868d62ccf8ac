/** Tokens and credentials as Google and AWS make them, valid at NOON_MS. */
import type { Credentials } from '../../init/ports.ts';
import { NOON_MS } from './fake-clock.ts';

export const AUDIENCE = 'sts.amazonaws.com';
export const ROLE_ARN = 'arn:aws:iam::123456789012:role/reader';

export const CREDENTIALS: Credentials = {
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: `${'FwoGZXIvYXdzEBYaDKEXAMPLE+/'.repeat(8)}==`,
  expiration: new Date(NOON_MS + 3_600_000),
};

/** Credentials that expire so many milliseconds after noon. */
export function credentialsUntil(afterNoonMs: number): Credentials {
  return { ...CREDENTIALS, expiration: new Date(NOON_MS + afterNoonMs) };
}

export const CLAIMS = {
  iss: 'https://accounts.google.com',
  aud: AUDIENCE,
  azp: '112233445566778899001',
  sub: '112233445566778899001',
  exp: NOON_MS / 1000 + 3600,
  iat: NOON_MS / 1000,
} as const;

/** A JWT with Google's claims, except for those that are given; an undefined one is left out. */
export function buildIdToken(claims: Record<string, unknown> = {}): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const header = encode({ alg: 'RS256', kid: 'f'.repeat(40), typ: 'JWT' });
  return [header, encode({ ...CLAIMS, ...claims }), 'c2lnbmF0dXJl'.repeat(28)].join('.');
}
