import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { serve } from '../../../init/commands/serve.ts';
import { IdentityError } from '../../../init/errors.ts';
import { CREDENTIALS_FILE, createFakePorts, settingsWith } from './fake-ports.ts';

const SETTINGS = settingsWith({ port: 9911, tokenFile: '/run/token' });
const senseless = new IdentityError('ERR_PROTOCOL', 'STS made no sense');

// A test that waits for a refresh which never comes ends by the time-out.
describe('serve', { timeout: 10_000 }, () => {
  test('listens on its port before it has credentials, and serves them once it has', async () => {
    const statuses: (number | undefined)[] = [];
    const ports = createFakePorts({
      failure: () => {
        statuses.push(ports.endpoint.request()?.status);
        return undefined;
      },
    });
    const { all, calls, endpoint, files, end } = ports;
    const serving = serve(SETTINGS, all);
    while (calls.sts < 3) await setImmediate();
    assert.equal(endpoint.port, 9911);
    const authorization = files.get('/run/token');
    assert.equal(endpoint.request({ path: '/v1/credentials', authorization })?.status, 200);
    end();
    assert.equal(await serving, 0);
    assert.deepEqual(statuses.slice(0, 3), [503, 200, 200]);
    assert.equal(endpoint.open, false);
  });

  test('keeps a file fresh, with its health on the port', async () => {
    const { all, calls, endpoint, files, end } = createFakePorts();
    const serving = serve({ ...SETTINGS, deliver: 'file' }, all);
    while (calls.sts < 2) await setImmediate();
    assert.match(files.get(CREDENTIALS_FILE) ?? '', /aws_session_token = /);
    assert.equal(endpoint.request()?.status, 200);
    assert.equal(endpoint.request({ path: '/v1/credentials' })?.status, 404);
    end();
    assert.equal(await serving, 0);
  });

  test('fails when it cannot get first credentials, and stops listening', async () => {
    const { all, endpoint, calls } = createFakePorts({ failure: () => senseless });
    await assert.rejects(serve(SETTINGS, all), senseless);
    assert.deepEqual([endpoint.open, calls.sts], [false, 1]);
  });

  test('goes on when a later refresh fails', async () => {
    const { all, calls, endpoint, end, log } = createFakePorts({
      failure: (call) => (call === 2 ? senseless : undefined),
    });
    const serving = serve(SETTINGS, all);
    while (calls.sts < 4) await setImmediate();
    assert.equal(endpoint.request()?.status, 200);
    end();
    assert.equal(await serving, 0);
    assert.equal(log.entries.filter(({ level }) => level === 'error').length, 1);
  });

  test('ends with 0 also when it is told to before the first credentials', async () => {
    const ports = createFakePorts({
      failure: () => {
        ports.end();
        return senseless;
      },
    });
    assert.equal(await serve(SETTINGS, ports.all), 0);
    assert.equal(ports.endpoint.open, false);
  });
});
