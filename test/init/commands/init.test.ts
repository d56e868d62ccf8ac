import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { init } from '../../../init/commands/init.ts';
import { IdentityError } from '../../../init/errors.ts';
import { CREDENTIALS } from '../identity-fixtures.ts';
import { CREDENTIALS_FILE, createFakePorts, settingsWith } from './fake-ports.ts';

const SETTINGS = settingsWith({ deliver: 'file', profile: 'a', fileMode: 0o640 });

describe('init', () => {
  test('writes the shared credentials file once and ends with 0', async () => {
    const { all, files, modes, calls, endpoint, printed } = createFakePorts();
    assert.equal(await init(SETTINGS, all), 0);
    assert.match(files.get(CREDENTIALS_FILE) ?? '', /^\[a\]\naws_access_key_id = ASIA/);
    assert.equal(modes.get(CREDENTIALS_FILE), 0o640);
    assert.equal(calls.sts, 1);
    assert.deepEqual([endpoint.open, printed], [false, []]);
  });

  test('writes nothing when STS refuses', async () => {
    const refused = new IdentityError('ERR_PROTOCOL', 'STS made no sense');
    const { all, files } = createFakePorts({ failure: () => refused });
    await assert.rejects(init(SETTINGS, all), refused);
    assert.equal(files.size, 0);
  });

  test('logs no secret', async () => {
    const { all, log } = createFakePorts();
    await init(SETTINGS, all);
    assert.ok(log.entries.length > 0);
    for (const secret of [CREDENTIALS.secretAccessKey, CREDENTIALS.sessionToken]) {
      assert.ok(!log.text().includes(secret));
    }
  });
});
