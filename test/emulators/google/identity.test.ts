import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import { fetchIdToken } from '../client.ts';
import { type MetadataEmulator, startMetadataEmulator } from '../google-metadata.ts';
import { DEFAULT_INSTANCE, DEFAULT_SERVICE_ACCOUNT } from '../start.ts';

const NOW_MS = Date.parse('2026-11-22T12:00:00Z');
const ACCOUNTS = '/computeMetadata/v1/instance/service-accounts';
const IDENTITY = `${ACCOUNTS}/default/identity?audience=sts.amazonaws.com`;
const OTHER_ACCOUNT = { email: 'other@example-project.iam.gserviceaccount.com', uniqueId: '42' };

describe('identity', () => {
  let metadata: MetadataEmulator;
  before(async () => {
    metadata = await startMetadataEmulator({
      now: () => NOW_MS,
      serviceAccounts: [DEFAULT_SERVICE_ACCOUNT, OTHER_ACCOUNT],
      instance: DEFAULT_INSTANCE,
    });
  });
  after(() => metadata.close());
  beforeEach(() => metadata.faults.clear());

  const get = (path: string, headers: Record<string, string> = { 'Metadata-Flavor': 'Google' }) =>
    fetch(`${metadata.url}${path}`, { headers });
  const getText = async (path: string) => (await get(path)).text();
  const verify = (token: string) =>
    jwtVerify(token, createRemoteJWKSet(new URL(metadata.jwksUrl)), {
      currentDate: new Date(NOW_MS),
    });

  test('gives a standard token that the published key verifies', async () => {
    const token = await fetchIdToken(metadata, 'https://a.example/?b=c&d#e');
    const { payload } = await verify(token);
    assert.deepEqual(payload, {
      iss: 'https://accounts.google.com',
      aud: 'https://a.example/?b=c&d#e',
      azp: DEFAULT_SERVICE_ACCOUNT.uniqueId,
      sub: DEFAULT_SERVICE_ACCOUNT.uniqueId,
      iat: NOW_MS / 1000,
      exp: NOW_MS / 1000 + 3600,
    });
    assert.equal(decodeProtectedHeader(token).alg, 'RS256');
  });

  test('adds e-mail and machine with format=full', async () => {
    const claims = decodeJwt(await getText(`${IDENTITY}&format=full`));
    assert.equal(claims['email'], DEFAULT_SERVICE_ACCOUNT.email);
    assert.equal(claims['email_verified'], true);
    assert.deepEqual(claims['google'], {
      compute_engine: {
        instance_id: DEFAULT_INSTANCE.id,
        instance_name: DEFAULT_INSTANCE.name,
        project_id: DEFAULT_INSTANCE.projectId,
        project_number: DEFAULT_INSTANCE.numericProjectId,
        zone: DEFAULT_INSTANCE.zone,
      },
    });
  });

  test('speaks for another attached account by its e-mail, encoded or not', async () => {
    for (const name of [OTHER_ACCOUNT.email, encodeURIComponent(OTHER_ACCOUNT.email)]) {
      const token = await getText(`${ACCOUNTS}/${name}/identity?audience=a`);
      assert.equal(decodeJwt(token).sub, '42');
    }
  });

  const refusals: {
    name: string;
    path: string;
    headers?: Record<string, string>;
    status: number;
    text: RegExp;
  }[] = [
    {
      name: 'a request without Metadata-Flavor',
      path: IDENTITY,
      headers: {},
      status: 403,
      text: /Missing required header "Metadata-Flavor": "Google"/,
    },
    {
      name: 'a forwarded request',
      path: IDENTITY,
      headers: { 'Metadata-Flavor': 'Google', 'X-Forwarded-For': '10.0.0.1' },
      status: 403,
      text: /X-Forwarded-For/,
    },
    {
      name: 'a request without audience',
      path: `${ACCOUNTS}/default/identity`,
      status: 400,
      text: /non-empty audience parameter required/,
    },
    {
      name: 'an empty audience',
      path: `${ACCOUNTS}/default/identity?audience=`,
      status: 400,
      text: /non-empty audience parameter required/,
    },
    {
      name: 'an account that is not attached',
      path: `${ACCOUNTS}/nobody@example.com/identity?audience=a`,
      status: 404,
      text: /Not Found/,
    },
  ];
  for (const { name, path, headers, status, text } of refusals) {
    test(`refuses ${name} with ${status}, and gives no token`, async () => {
      const response = await get(path, headers);
      const body = await response.text();
      assert.equal(response.status, status);
      assert.match(body, text);
      assert.doesNotMatch(body, /^eyJ/);
      assert.equal(response.headers.get('metadata-flavor'), 'Google');
    });
  }

  test('knows no default account on a machine without an identity', async (t) => {
    const bare = await startMetadataEmulator({ serviceAccounts: [], instance: DEFAULT_INSTANCE });
    t.after(bare.close);
    const headers = { 'Metadata-Flavor': 'Google' };
    assert.equal((await fetch(`${bare.url}${IDENTITY}`, { headers })).status, 404);
    assert.equal((await fetch(`${bare.url}${ACCOUNTS}/default/email`, { headers })).status, 404);
  });

  describe('token faults', () => {
    test('replace and remove claims, once', async () => {
      metadata.faults.next({ kind: 'token', claims: { aud: 'elsewhere', azp: undefined } });
      const { payload } = await verify(await fetchIdToken(metadata));
      assert.equal(payload.aud, 'elsewhere');
      assert.equal('azp' in payload, false);
      assert.equal((await verify(await fetchIdToken(metadata))).payload.aud, 'sts.amazonaws.com');
    });

    test('sign with a foreign key under the published id', async () => {
      metadata.faults.next({ kind: 'token', signedBy: 'foreign' });
      const foreign = await fetchIdToken(metadata);
      const right = await fetchIdToken(metadata);
      assert.equal(decodeProtectedHeader(foreign).kid, decodeProtectedHeader(right).kid);
      await assert.rejects(verify(foreign), errors.JWSSignatureVerificationFailed);
      await verify(right);
    });

    test('make a token that has expired', async () => {
      metadata.faults.next({ kind: 'token', lifetimeSeconds: -10 });
      await assert.rejects(verify(await fetchIdToken(metadata)), errors.JWTExpired);
    });

    test('wait for a request for a token', async () => {
      metadata.faults.next({ kind: 'token', claims: { aud: 'elsewhere' } });
      await getText(`${ACCOUNTS}/default/email`);
      assert.equal(decodeJwt(await fetchIdToken(metadata)).aud, 'elsewhere');
    });
  });
});
