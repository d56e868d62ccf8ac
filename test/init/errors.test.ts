import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { asIdentityError, formatError, IdentityError, withoutSecrets } from '../../init/errors.ts';
import { buildIdToken, CREDENTIALS } from './identity-fixtures.ts';

describe('IdentityError', () => {
  const table = [
    { code: 'ERR_USAGE', exitCode: 64, retry: 'never' },
    { code: 'ERR_METADATA_UNAVAILABLE', exitCode: 69, retry: 'until-deadline' },
    { code: 'ERR_INTERNAL', exitCode: 70, retry: 'never' },
    { code: 'ERR_WRITE', exitCode: 73, retry: 'never' },
    { code: 'ERR_TEMPORARY', exitCode: 75, retry: 'until-deadline' },
    { code: 'ERR_PROTOCOL', exitCode: 76, retry: 'never' },
    { code: 'ERR_ID_TOKEN_REFUSED', exitCode: 77, retry: 'never' },
    { code: 'ERR_TRUST_REJECTED', exitCode: 77, retry: 'briefly' },
    { code: 'ERR_CONFIG', exitCode: 78, retry: 'never' },
    { code: 'ERR_CANNOT_EXECUTE', exitCode: 126, retry: 'never' },
    { code: 'ERR_NOT_FOUND', exitCode: 127, retry: 'never' },
  ] as const;
  for (const { code, exitCode, retry } of table) {
    test(`${code} ends with ${exitCode} and is retried: ${retry}`, () => {
      const error = new IdentityError(code, 'message');
      assert.deepEqual([error.exitCode, error.retry], [exitCode, retry]);
    });
  }

  test('is retried as the case deserves where that is said', () => {
    assert.equal(new IdentityError('ERR_PROTOCOL', 'm', { retry: 'briefly' }).retry, 'briefly');
  });
});

describe('asIdentityError', () => {
  test('returns a foreseen error itself', () => {
    const error = new IdentityError('ERR_CONFIG', 'message');
    assert.equal(asIdentityError(error), error);
  });

  test('wraps what nobody foresaw as a bug, with its cause', () => {
    const cause = new TypeError('x is not a function');
    const error = asIdentityError(cause);
    assert.equal(error.code, 'ERR_INTERNAL');
    assert.equal(error.message, 'Unexpected failure: TypeError: x is not a function');
    assert.equal(error.cause, cause);
  });

  test('wraps what is no error at all', () => {
    assert.match(asIdentityError(undefined).message, /undefined/);
  });

  test('keeps the secrets of a foreign message out of its own', () => {
    const error = asIdentityError(new Error(`body: ${CREDENTIALS.secretAccessKey}`));
    assert.ok(!error.message.includes(CREDENTIALS.secretAccessKey));
  });
});

describe('formatError', () => {
  test('puts the hint on its own line', () => {
    const error = new IdentityError('ERR_CONFIG', 'It failed', { hint: 'mend it' });
    assert.equal(formatError(error), 'It failed\nhint: mend it');
    assert.equal(formatError(new IdentityError('ERR_CONFIG', 'It failed')), 'It failed');
  });
});

describe('withoutSecrets', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const base64Url = (text: string) => Buffer.from(text).toString('base64url');

  /** A signed JWT as small as they get. */
  const jwt = fc.record({ sub: fc.string(), exp: fc.nat() }).map((claims) => {
    const unsigned = `${base64Url('{"alg":"ES256"}')}.${base64Url(JSON.stringify(claims))}`;
    return `${unsigned}.${sign('sha256', Buffer.from(unsigned), privateKey).toString('base64url')}`;
  });
  const accessKeyId = fc
    .tuple(fc.constantFrom('ASIA', 'AKIA'), fc.stringMatching(/^[A-Z2-7]{16}$/))
    .map((parts) => parts.join(''));
  const secretAccessKey = fc.stringMatching(/^[A-Za-z0-9+/]{40}$/);
  const sessionToken = fc
    .uint8Array({ minLength: 100, maxLength: 400 })
    .map((bytes) => Buffer.from(bytes).toString('base64'));
  const between = fc.constantFrom(' ', '"', '\n', '<', '>', ':', ',');

  test('hides tokens and keys wherever they stand', () => {
    const secret = fc.oneof(jwt, accessKeyId, secretAccessKey, sessionToken);
    fc.assert(
      fc.property(secret, between, between, (text, before, after) => {
        const shown = withoutSecrets(`it said${before}${text}${after}and ended`);
        for (let at = 0; at + 12 <= text.length; at += 4) {
          assert.ok(!shown.includes(text.slice(at, at + 12)), shown);
        }
        assert.ok(shown.startsWith('it said') && shown.endsWith('and ended'), shown);
      }),
    );
  });

  test('hides a token that was cut short', () => {
    const token = buildIdToken();
    for (const length of [30, 120, 300]) {
      assert.equal(withoutSecrets(`got ${token.slice(0, length)}`), 'got [token]');
    }
  });

  const kept = [
    'getaddrinfo ENOTFOUND sts.eu-west-1.amazonaws.com',
    'connect ECONNREFUSED 169.254.169.254:80',
    'arn:aws:iam::123456789012:role/reader is not authorized',
    'metadata.google.internal.',
  ];
  for (const text of kept) {
    test(`leaves ${JSON.stringify(text)} as it is`, () => assert.equal(withoutSecrets(text), text));
  }

  test('makes one line of at most 300 characters', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 1000 }), (text) => {
        const shown = withoutSecrets(text);
        assert.ok(shown.length <= 300 && !/[\r\n]/.test(shown));
      }),
    );
  });
});
