import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  formatContainerCredentials,
  formatCredentialProcess,
  formatExpiration,
} from '../../../init/deliver/format.ts';
import { CREDENTIALS } from '../identity-fixtures.ts';

describe('formatExpiration', () => {
  test('is in whole seconds, never later than the true expiry', () => {
    assert.equal(formatExpiration(new Date('2026-11-22T13:00:00.999Z')), '2026-11-22T13:00:00Z');
  });
});

describe('formatCredentialProcess', () => {
  test('is one line of version 1, its expiration five minutes early', () => {
    const text = formatCredentialProcess(CREDENTIALS);
    assert.ok(!text.includes('\n'));
    assert.deepEqual(JSON.parse(text), {
      Version: 1,
      AccessKeyId: CREDENTIALS.accessKeyId,
      SecretAccessKey: CREDENTIALS.secretAccessKey,
      SessionToken: CREDENTIALS.sessionToken,
      Expiration: '2026-11-22T12:55:00Z',
    });
  });
});

describe('formatContainerCredentials', () => {
  test('has the four fields of a container endpoint, all text', () => {
    assert.deepEqual(JSON.parse(formatContainerCredentials(CREDENTIALS)), {
      AccessKeyId: CREDENTIALS.accessKeyId,
      SecretAccessKey: CREDENTIALS.secretAccessKey,
      Token: CREDENTIALS.sessionToken,
      Expiration: '2026-11-22T13:00:00Z',
    });
  });
});
