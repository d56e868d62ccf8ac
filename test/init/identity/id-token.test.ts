import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { IdentityError } from '../../../init/errors.ts';
import { checkIdToken, decodeIdToken, describeClaims } from '../../../init/identity/id-token.ts';
import { NOON_MS } from '../fake-clock.ts';
import { AUDIENCE, buildIdToken, CLAIMS } from '../identity-fixtures.ts';

/** Why decoding or checking a token fails; undefined when it does not. */
function problemOf(idToken: string): IdentityError | undefined {
  try {
    checkIdToken(decodeIdToken(idToken), { audience: AUDIENCE, nowMs: NOON_MS });
    return undefined;
  } catch (error) {
    assert.ok(error instanceof IdentityError, String(error));
    return error;
  }
}

describe('decodeIdToken', () => {
  test('reads the claims of a Google ID token', () => {
    const { iss, aud, azp, sub, exp, iat } = CLAIMS;
    assert.deepEqual(decodeIdToken(buildIdToken({ email: 'a@b.c' })), {
      iss,
      aud,
      azp,
      sub,
      expSeconds: exp,
      iatSeconds: iat,
    });
  });

  test('does without azp and iat, which STS does not need', () => {
    const claims = decodeIdToken(buildIdToken({ azp: undefined, iat: undefined }));
    assert.equal(claims.azp, undefined);
    assert.equal(claims.iatSeconds, undefined);
  });

  test('throws nothing but protocol errors, and never shows the text', () => {
    const jwtLike = fc
      .array(fc.string(), { minLength: 3, maxLength: 3 })
      .map((parts) => parts.map((part) => Buffer.from(part).toString('base64url')).join('.'));
    fc.assert(
      fc.property(fc.oneof(fc.string(), jwtLike), (text) => {
        const problem = problemOf(text);
        assert.equal(problem?.code, 'ERR_PROTOCOL');
        assert.ok(text.length < 12 || !problem?.message.includes(text));
      }),
    );
  });
});

describe('checkIdToken', () => {
  const accepted = [
    { name: "Google's issuer with its scheme", claims: {} },
    { name: "Google's issuer without a scheme", claims: { iss: 'accounts.google.com' } },
    { name: 'a token with one second left', claims: { exp: NOON_MS / 1000 + 1 } },
  ];
  for (const { name, claims } of accepted) {
    test(`accepts ${name}`, () => assert.equal(problemOf(buildIdToken(claims)), undefined));
  }

  const refused = [
    { name: 'a web page', idToken: '<html>log in</html>', reason: /three parts/ },
    { name: 'an access token', idToken: 'ya29.c.Kl6iB', reason: /not JSON/ },
    { name: 'a payload that is not an object', idToken: 'e30.bnVsbA.x', reason: /not JSON/ },
    { name: 'a token of no subject', claims: { sub: undefined }, reason: /iss, aud and sub/ },
    { name: 'a list of audiences', claims: { aud: [AUDIENCE] }, reason: /iss, aud and sub/ },
    { name: 'a token without expiry', claims: { exp: undefined }, reason: /no expiry/ },
    { name: 'an expiry that is text', claims: { exp: '1' }, reason: /no expiry/ },
    { name: 'another issuer', claims: { iss: 'https://evil.example' }, reason: /evil\.example/ },
    { name: 'another audience', claims: { aud: 'gcp' }, reason: /gcp.*sts\.amazonaws\.com/ },
    { name: 'an expired token', claims: { exp: NOON_MS / 1000 - 7 }, reason: /expired 7 s ago/ },
    { name: 'a token that expires now', claims: { exp: NOON_MS / 1000 }, reason: /expired 0 s/ },
  ];
  for (const { name, idToken, claims, reason } of refused) {
    test(`refuses ${name}, without showing the token`, () => {
      const token = idToken ?? buildIdToken(claims);
      const problem = problemOf(token);
      assert.equal(problem?.code, 'ERR_PROTOCOL');
      assert.match(problem?.message ?? '', reason);
      assert.ok(!problem?.message.includes(token));
    });
  }

  test('thinks an expired token worth a few more tries, a wrong one not', () => {
    assert.equal(problemOf(buildIdToken({ exp: 1 }))?.retry, 'briefly');
    assert.equal(problemOf(buildIdToken({ aud: 'gcp' }))?.retry, 'never');
  });
});

describe('describeClaims', () => {
  test('names what a trust policy compares', () => {
    assert.equal(
      describeClaims(decodeIdToken(buildIdToken())),
      `aud=${AUDIENCE}, azp=${CLAIMS.azp}, sub=${CLAIMS.sub}`,
    );
    assert.match(describeClaims(decodeIdToken(buildIdToken({ azp: undefined }))), /azp=none/);
  });
});
