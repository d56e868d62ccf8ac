import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { credentialsFileOf, openEndpoint } from '../../../init/commands/delivering.ts';
import { CREDENTIALS } from '../identity-fixtures.ts';
import { createFakePorts, settingsWith } from './fake-ports.ts';

const FRESH = { credentials: CREDENTIALS, failure: undefined };
const PATH = '/v1/credentials';

describe('openEndpoint', () => {
  test('makes a new authorization token of 256 bits each time', async () => {
    const tokens = new Set<string>();
    for (let round = 0; round < 3; round++) {
      const { all } = createFakePorts();
      const { authorization } = await openEndpoint(settingsWith(), FRESH, all);
      assert.ok('token' in authorization);
      assert.match(authorization.token, /^[\w-]{43}$/);
      tokens.add(authorization.token);
    }
    assert.equal(tokens.size, 3);
  });

  test('writes the token to its file, without a line end, and names the file only', async () => {
    const { all, files, modes, endpoint } = createFakePorts();
    const settings = settingsWith({ port: 9911, tokenFile: '/run/token', fileMode: 0o640 });
    const { authorization, port } = await openEndpoint(settings, FRESH, all);
    assert.deepEqual([authorization, port], [{ tokenFile: '/run/token' }, 9911]);
    assert.equal(modes.get('/run/token'), 0o640);
    const token = files.get('/run/token') ?? '';
    assert.equal(endpoint.request({ path: PATH, authorization: token })?.status, 200);
    assert.equal(endpoint.request({ path: PATH, authorization: `${token}\n` })?.status, 401);
  });

  test('serves no credentials in file delivery, and writes no token', async () => {
    const { all, files, endpoint } = createFakePorts();
    const settings = settingsWith({ deliver: 'file', tokenFile: '/run/token' });
    await openEndpoint(settings, FRESH, all);
    assert.equal(endpoint.request()?.status, 200);
    assert.equal(endpoint.request({ path: PATH })?.status, 404);
    assert.equal(files.size, 0);
  });
});

describe('credentialsFileOf', () => {
  test('is a configuration error where there is none', () => {
    assert.throws(() => credentialsFileOf(settingsWith({ credentialsFile: undefined })), {
      code: 'ERR_CONFIG',
      message: /--credentials-file is missing/,
    });
  });
});
