import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { credentialProcess } from '../../../init/commands/credential-process.ts';
import { formatCredentialProcess } from '../../../init/deliver/format.ts';
import { IdentityError } from '../../../init/errors.ts';
import { CREDENTIALS } from '../identity-fixtures.ts';
import { createFakePorts, settingsWith } from './fake-ports.ts';

describe('credentialProcess', () => {
  test('prints the credentials and leaves no other trace', async () => {
    const { all, printed, files, endpoint } = createFakePorts();
    assert.equal(await credentialProcess(settingsWith(), all), 0);
    assert.deepEqual(printed, [formatCredentialProcess(CREDENTIALS)]);
    assert.deepEqual([files.size, endpoint.open], [0, false]);
  });

  test('prints nothing when STS refuses', async () => {
    const refused = new IdentityError('ERR_PROTOCOL', 'STS made no sense');
    const { all, printed } = createFakePorts({ failure: () => refused });
    await assert.rejects(credentialProcess(settingsWith(), all), refused);
    assert.deepEqual(printed, []);
  });
});
