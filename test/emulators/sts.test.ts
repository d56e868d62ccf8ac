import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import type { STSServiceException } from '@aws-sdk/client-sts';
import { assumeRole, getCallerIdentity, postFields } from './client.ts';
import { type Emulators, startEmulators } from './start.ts';
import type { StsEmulator } from './sts.ts';

const NOW_MS = Date.parse('2026-11-22T12:00:00Z');

describe('startStsEmulator', () => {
  let emulators: Emulators;
  let sts: StsEmulator;
  before(async () => {
    emulators = await startEmulators({ now: () => NOW_MS });
    sts = emulators.sts;
  });
  after(() => emulators.close());
  afterEach(() => sts.faults.clear());

  const unknownActions: Record<string, string>[] = [
    { Action: 'GetSessionToken', Version: '2011-06-15' },
    { Action: 'GetCallerIdentity', Version: '2010-01-01' },
    {},
  ];
  for (const fields of unknownActions) {
    test(`refuses ${JSON.stringify(fields)}: InvalidAction`, async () => {
      const response = await postFields(sts, fields);
      assert.equal(response.status, 400);
      assert.match(await response.text(), /<Code>InvalidAction<\/Code>/);
    });
  }

  test('records the form fields of a request under its action', async () => {
    sts.clearRequests();
    await assumeRole(emulators);
    const [request] = sts.requests;
    assert.equal(request?.route, 'AssumeRoleWithWebIdentity');
    assert.equal(request?.form['RoleSessionName'], 'wordcount');
    assert.match(request?.form['WebIdentityToken'] ?? '', /^eyJ/);
  });

  test('lets every session end early when told so, whatever duration was asked', async (t) => {
    const fast = await startEmulators({
      now: () => NOW_MS,
      sts: { credentialsLifetimeSeconds: 5 },
    });
    t.after(fast.close);
    const { Credentials } = await assumeRole(fast, { DurationSeconds: 3600 });
    assert.equal(Credentials?.Expiration?.getTime(), NOW_MS + 5000);
  });

  test('throttles above its limit within a second, by its clock', async (t) => {
    let nowMs = NOW_MS;
    const narrow = await startEmulators({ now: () => nowMs, sts: { throttleAbovePerSecond: 2 } });
    t.after(narrow.close);
    const codes = [];
    for (const atMs of [0, 10, 20, 1000]) {
      nowMs = NOW_MS + atMs;
      const response = await postFields(narrow.sts, {});
      codes.push((await response.text()).match(/<Code>(\w+)</)?.[1]);
    }
    assert.deepEqual(codes, ['InvalidAction', 'InvalidAction', 'Throttling', 'InvalidAction']);
  });

  describe('faults', () => {
    test('show an error of AWS with the message that AWS gives it, once', async () => {
      sts.faults.next({ kind: 'error', code: 'RegionDisabledException' });
      await assert.rejects(assumeRole(emulators), {
        name: 'RegionDisabledException',
        message: 'STS is not activated in this region.',
      });
      await assumeRole(emulators);
    });

    const codes = [
      { code: 'IDPCommunicationError', name: 'IDPCommunicationErrorException', status: 400 },
      { code: 'IDPRejectedClaim', name: 'IDPRejectedClaimException', status: 403 },
      { code: 'InvalidIdentityToken', name: 'InvalidIdentityTokenException', status: 400 },
      { code: 'ExpiredTokenException', name: 'ExpiredTokenException', status: 400 },
      { code: 'Throttling', name: 'Throttling', status: 400 },
      { code: 'ServiceUnavailable', name: 'ServiceUnavailable', status: 503 },
    ];
    for (const { code, name, status } of codes) {
      test(`show ${code} with ${status}, which the AWS SDK names ${name}`, async () => {
        sts.faults.next({ kind: 'error', code });
        await assert.rejects(assumeRole(emulators), (error: STSServiceException) => {
          assert.equal(error.name, name);
          assert.equal(error.$metadata.httpStatusCode, status);
          return true;
        });
      });
    }

    test('show an error of choice', async () => {
      sts.faults.next({ kind: 'error', code: 'Odd', status: 418, message: 'a <teapot>' });
      await assert.rejects(assumeRole(emulators), { name: 'Odd', message: 'a <teapot>' });
    });

    test('concern one action alone when asked', async () => {
      const { Credentials } = await assumeRole(emulators);
      const fault = { kind: 'error', code: 'AccessDenied' } as const;
      sts.faults.always(fault, { on: 'AssumeRoleWithWebIdentity' });
      await getCallerIdentity(sts, Credentials);
      await assert.rejects(assumeRole(emulators), { name: 'AccessDenied' });
    });

    test('shorten the life of credentials, even into the past', async () => {
      sts.faults.next({ kind: 'credentials', lifetimeSeconds: -60 });
      const { Credentials } = await assumeRole(emulators);
      assert.equal(Credentials?.Expiration?.getTime(), NOW_MS - 60_000);
      await assert.rejects(getCallerIdentity(sts, Credentials), { name: 'ExpiredToken' });
    });

    test('leave the credentials out of a success', async () => {
      sts.faults.next({ kind: 'no-credentials' });
      const result = await assumeRole(emulators);
      assert.equal(result.Credentials, undefined);
      assert.equal(result.Provider, 'accounts.google.com');
    });

    test('answer 200 with what the AWS SDK cannot read', async () => {
      sts.faults.next({ kind: 'garbage' });
      await assert.rejects(assumeRole(emulators), { name: 'Error' });
    });
  });
});
