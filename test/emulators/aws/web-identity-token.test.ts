import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { fetchIdToken } from '../client.ts';
import type { TokenFault } from '../faults.ts';
import type { MetadataEmulator } from '../google-metadata.ts';
import { reservePort } from '../reserve-port.ts';
import { DEFAULT_SERVICE_ACCOUNT, type Emulators, startEmulators } from '../start.ts';
import { buildConditionContext, createTokenVerifier } from './web-identity-token.ts';

const ISSUER = 'https://accounts.google.com';

describe('createTokenVerifier', () => {
  let emulators: Emulators;
  let metadata: MetadataEmulator;
  before(async () => {
    emulators = await startEmulators();
    metadata = emulators.metadata;
  });
  after(() => emulators.close());
  beforeEach(() => metadata.faults.clear());

  const createVerifier = (jwksUrl = metadata.jwksUrl) =>
    createTokenVerifier({ jwksUrl, issuer: ISSUER, now: Date.now });
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

  test('gives the claims of a token that the issuer signed', async () => {
    const claims = await createVerifier()(await fetchIdToken(metadata, 'a'));
    assert.equal(claims.sub, DEFAULT_SERVICE_ACCOUNT.uniqueId);
    assert.equal(claims.aud, 'a');
  });

  test('refuses a text that is no JWT', async () => {
    await assert.rejects(createVerifier()('no-token'), { code: 'InvalidIdentityToken' });
  });

  test('refuses a token whose payload was changed', async () => {
    const [header, , signature] = (await fetchIdToken(metadata)).split('.');
    const payload = encode({ iss: ISSUER, aud: 'x', sub: 'x', exp: 9_999_999_999 });
    const token = [header, payload, signature].join('.');
    await assert.rejects(createVerifier()(token), { code: 'InvalidIdentityToken' });
  });

  test('refuses an unsigned token', async () => {
    const [, payload] = (await fetchIdToken(metadata)).split('.');
    const token = `${encode({ alg: 'none' })}.${payload}.`;
    await assert.rejects(createVerifier()(token), { code: 'InvalidIdentityToken' });
  });

  const refusals: { name: string; fault: Omit<TokenFault, 'kind'>; code: string }[] = [
    { name: 'a foreign key signed', fault: { signedBy: 'foreign' }, code: 'InvalidIdentityToken' },
    {
      name: 'another issuer issued',
      fault: { claims: { iss: 'https://issuer.example' } },
      code: 'InvalidIdentityToken',
    },
    {
      name: 'has no subject',
      fault: { claims: { sub: undefined } },
      code: 'InvalidIdentityToken',
    },
    {
      name: 'has no audience',
      fault: { claims: { aud: undefined } },
      code: 'InvalidIdentityToken',
    },
    {
      name: 'never expires',
      fault: { claims: { exp: undefined } },
      code: 'InvalidIdentityToken',
    },
    { name: 'has expired', fault: { lifetimeSeconds: -1 }, code: 'ExpiredTokenException' },
  ];
  for (const { name, fault, code } of refusals) {
    test(`refuses a token that ${name}: ${code}`, async () => {
      metadata.faults.next({ kind: 'token', ...fault });
      await assert.rejects(createVerifier()(await fetchIdToken(metadata)), { code });
    });
  }

  test('goes by the clock it is given', async () => {
    const { jwksUrl } = metadata;
    const token = await fetchIdToken(metadata);
    const verifyAt = (now: () => number) =>
      createTokenVerifier({ jwksUrl, issuer: ISSUER, now })(token);
    await verifyAt(Date.now);
    const inTwoHours = () => Date.now() + 7_200_000;
    await assert.rejects(verifyAt(inTwoHours), { code: 'ExpiredTokenException' });
  });

  for (const fault of [
    { kind: 'status', status: 500 },
    { kind: 'garbage' },
    { kind: 'captive-portal' },
    { kind: 'reset' },
  ] as const) {
    test(`says IDPCommunicationError on a ${fault.kind} fault of the issuer, then heals`, async () => {
      const verify = createVerifier();
      const token = await fetchIdToken(metadata);
      metadata.faults.next(fault, 1, { on: 'jwks' });
      await assert.rejects(verify(token), { code: 'IDPCommunicationError' });
      await verify(token);
    });
  }

  test('says IDPCommunicationError while there is no issuer', async () => {
    const verify = createVerifier(`http://127.0.0.1:${await reservePort()}/jwks`);
    await assert.rejects(verify(await fetchIdToken(metadata)), { code: 'IDPCommunicationError' });
  });

  test('believes an issuer that starts again with a new key', async (t) => {
    const port = await reservePort();
    const verify = createVerifier(`http://127.0.0.1:${port}/jwks`);
    for (let start = 0; start < 2; start += 1) {
      const restarted = await startEmulators({ metadata: { port } });
      t.after(restarted.close);
      await verify(await fetchIdToken(restarted.metadata));
      await restarted.close();
    }
  });
});

describe('buildConditionContext', () => {
  const google = 'accounts.google.com';

  test('takes aud from azp, oaud from aud and sub from sub', () => {
    const claims = { aud: 'audience', azp: 'azp', sub: 'subject', email: 'a@example.com' };
    assert.deepEqual(buildConditionContext(claims, 'job-7'), {
      [`${google}:aud`]: 'azp',
      [`${google}:oaud`]: 'audience',
      [`${google}:sub`]: 'subject',
      'aws:FederatedProvider': google,
      'sts:RoleSessionName': 'job-7',
    });
  });

  test('takes aud from aud when there is no azp', () => {
    const context = buildConditionContext({ aud: 'audience', sub: 'subject' }, 'job-7');
    assert.equal(context[`${google}:aud`], 'audience');
  });

  test('knows the organization number when the token has one', () => {
    const claims = { aud: 'a', sub: 's', google: { organization_number: 77 } };
    const context = buildConditionContext(claims, 'job-7');
    assert.equal(context[`${google}:google/organization_number`], '77');
  });
});
