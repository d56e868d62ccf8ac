import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { createCallerIdentitySource } from '../../../init/adapters/caller-identity.ts';
import type { Credentials } from '../../../init/ports.ts';
import { assumeRole } from '../../emulators/client.ts';
import { type Emulators, startEmulators } from '../../emulators/start.ts';
import { CREDENTIALS } from '../identity-fixtures.ts';

const NEVER = new AbortController().signal;

describe('createCallerIdentitySource', () => {
  let emulators: Emulators;
  let valid: Credentials;
  before(async () => {
    emulators = await startEmulators();
    const { Credentials: given } = await assumeRole(emulators);
    valid = {
      accessKeyId: given?.AccessKeyId ?? '',
      secretAccessKey: given?.SecretAccessKey ?? '',
      sessionToken: given?.SessionToken ?? '',
      expiration: given?.Expiration ?? new Date(0),
    };
  });
  after(() => emulators.close());
  afterEach(() => emulators.sts.faults.clear());

  const callerOf = (credentials: Credentials) =>
    createCallerIdentitySource({
      region: 'eu-west-1',
      endpoint: emulators.sts.url,
    }).fetchCallerArn(credentials, NEVER);

  test('tells whose the credentials are', async () => {
    assert.equal(
      await callerOf(valid),
      'arn:aws:sts::123456789012:assumed-role/dataflow-reader/wordcount',
    );
  });

  test('calls credentials that STS does not know an answer that made no sense', async () => {
    await assert.rejects(callerOf(CREDENTIALS), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'ERR_PROTOCOL');
      assert.match(error.message, /did not accept the new credentials/);
      assert.ok(!error.message.includes(CREDENTIALS.secretAccessKey));
      return true;
    });
  });

  test('calls an STS that is failing temporary', async () => {
    emulators.sts.faults.always({ kind: 'error', code: 'ServiceUnavailable' });
    await assert.rejects(callerOf(valid), { code: 'ERR_TEMPORARY', exitCode: 75 });
  });
});
