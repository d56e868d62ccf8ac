import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { Sha256 } from '@aws-crypto/sha256-js';
import type { Credentials } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import { assumeRole, getCallerIdentity, postFields } from '../client.ts';
import type { RecordedRequest } from '../http/exchange.ts';
import { type Emulators, startEmulators } from '../start.ts';
import type { StsEmulator } from '../sts.ts';
import { getCallerIdentity as getCallerIdentityOf } from './caller-identity.ts';
import { createSessionStore } from './sessions.ts';

const START_MS = Date.parse('2026-11-22T12:00:00Z');

describe('GetCallerIdentity', () => {
  let emulators: Emulators;
  let sts: StsEmulator;
  let credentials: Credentials;
  let nowMs = START_MS;
  before(async () => {
    emulators = await startEmulators({ now: () => nowMs });
    sts = emulators.sts;
  });
  after(() => emulators.close());
  beforeEach(async () => {
    nowMs = START_MS;
    const { Credentials: assumed } = await assumeRole(emulators, { DurationSeconds: 900 });
    assert.ok(assumed);
    credentials = assumed;
  });

  test('knows role, session and account of who signed', async () => {
    const caller = await getCallerIdentity(sts, credentials);
    assert.equal(caller.Arn, 'arn:aws:sts::123456789012:assumed-role/dataflow-reader/wordcount');
    assert.match(caller.UserId ?? '', /^AROA[0-9A-F]{17}:wordcount$/);
    assert.equal(caller.Account, '123456789012');
  });

  test('refuses a session from its expiration on: ExpiredToken', async () => {
    nowMs += 899_999;
    await getCallerIdentity(sts, credentials);
    nowMs += 1;
    await assert.rejects(getCallerIdentity(sts, credentials), { name: 'ExpiredToken' });
  });

  const alterations: { field: keyof Credentials; value: string; name: string }[] = [
    { field: 'SecretAccessKey', value: 'x'.repeat(40), name: 'SignatureDoesNotMatch' },
    { field: 'AccessKeyId', value: 'ASIAAAAAAAAAAAAAAAAA', name: 'InvalidClientTokenId' },
    { field: 'SessionToken', value: 'another', name: 'InvalidClientTokenId' },
  ];
  for (const { field, value, name } of alterations) {
    test(`refuses another ${field}: ${name}`, async () => {
      const altered = { ...credentials, [field]: value };
      await assert.rejects(getCallerIdentity(sts, altered), { name });
    });
  }

  test('refuses an unsigned request: MissingAuthenticationToken', async () => {
    const response = await postFields(sts, { Action: 'GetCallerIdentity', Version: '2011-06-15' });
    assert.equal(response.status, 403);
    assert.match(await response.text(), /<Code>MissingAuthenticationToken<\/Code>/);
  });

  describe('a signed request that is sent again', () => {
    let body: string;
    let headers: Record<string, string>;
    beforeEach(async () => {
      await getCallerIdentity(sts, credentials);
      const {
        host: _,
        'content-length': __,
        connection: ___,
        ...rest
      } = sts.requests.at(-1)?.headers ?? {};
      headers = rest;
      body = sts.requests.at(-1)?.body ?? '';
    });
    const send = (changes: { body?: string; headers?: Record<string, string> }) =>
      fetch(sts.url, {
        method: 'POST',
        body: changes.body ?? body,
        headers: { ...headers, ...changes.headers },
      });

    test('is accepted as it was', async () => {
      assert.equal((await send({})).status, 200);
    });

    const changes = [
      { name: 'body', change: () => ({ body: `${body}&More=1` }) },
      { name: 'date', change: () => ({ headers: { 'x-amz-date': '20200101T000000Z' } }) },
      { name: 'malformed date', change: () => ({ headers: { 'x-amz-date': 'today' } }) },
      {
        name: 'date of scope',
        change: () => ({
          headers: {
            authorization: headers['authorization']?.replace(/\/\d{8}\//, '/20200101/') ?? '',
          },
        }),
      },
      {
        name: 'service',
        change: () => ({
          headers: { authorization: headers['authorization']?.replace('/sts/', '/s3/') ?? '' },
        }),
      },
      {
        name: 'region',
        change: () => ({
          headers: { authorization: headers['authorization']?.replace('eu-west-1', 'x') ?? '' },
        }),
      },
    ];
    for (const { name, change } of changes) {
      test(`is refused with another ${name}`, async () => {
        const response = await send(change());
        assert.equal(response.status, 403);
        assert.match(await response.text(), /<Code>SignatureDoesNotMatch<\/Code>/);
      });
    }
  });
});

describe('getCallerIdentity', () => {
  const sessions = createSessionStore();
  const session = sessions.open({
    arn: 'arn:aws:sts::123456789012:assumed-role/dataflow-reader/wordcount',
    assumedRoleId: 'AROA:wordcount',
    expirationMs: START_MS + 1,
  });

  /** A request whose signature is right, whatever it was made for. */
  async function sign({
    service = 'sts',
    headers = { host: 'sts.example' },
  }: {
    service?: string;
    headers?: Record<string, string>;
  }): Promise<RecordedRequest> {
    const signer = new SignatureV4({
      credentials: session,
      region: 'eu-west-1',
      service,
      sha256: Sha256,
      applyChecksum: false,
    });
    const target = { method: 'POST', path: '/', query: {}, body: 'Action=GetCallerIdentity' };
    const origin = { protocol: 'http:', hostname: 'sts.example' };
    const signed = await signer.sign(
      { ...target, ...origin, headers },
      { signingDate: new Date(START_MS) },
    );
    return { ...target, route: 'GetCallerIdentity', form: {}, headers: signed.headers };
  }
  const identify = (request: RecordedRequest) => getCallerIdentityOf(request, sessions, START_MS);

  test('knows the session by a signature of its own', async () => {
    assert.partialDeepStrictEqual(await identify(await sign({})), { Arn: session.arn });
  });

  test('refuses a signature for another service', async () => {
    await assert.rejects(identify(await sign({ service: 's3' })), {
      code: 'SignatureDoesNotMatch',
    });
  });

  test('refuses a signature that does not cover the host', async () => {
    const request = await sign({ headers: {} });
    await assert.rejects(identify(request), { code: 'SignatureDoesNotMatch' });
  });

  test('refuses a body other than the hash that was signed', async () => {
    const stated = { host: 'sts.example', 'x-amz-content-sha256': '0'.repeat(64) };
    const request = await sign({ headers: stated });
    await assert.rejects(identify(request), { code: 'SignatureDoesNotMatch' });
  });
});
