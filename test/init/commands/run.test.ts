import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { run } from '../../../init/commands/run.ts';
import { IdentityError } from '../../../init/errors.ts';
import { Became, CREDENTIALS_FILE, createFakePorts, settingsWith } from './fake-ports.ts';

const senseless = new IdentityError('ERR_PROTOCOL', 'STS made no sense');
const CREDENTIALS_PATH = '/v1/credentials';

// A test that waits for a refresh which never comes ends by the time-out.
describe('run', { timeout: 10_000 }, () => {
  test('starts COMMAND with an endpoint that has credentials already, and ends as it ends', async () => {
    const { all, endpoint, files } = createFakePorts({
      env: { PATH: '/bin' },
      async work(env) {
        const authorization = env['AWS_CONTAINER_AUTHORIZATION_TOKEN'];
        const uri = env['AWS_CONTAINER_CREDENTIALS_FULL_URI'];
        assert.equal(uri, `http://127.0.0.1:${endpoint.port}${CREDENTIALS_PATH}`);
        assert.equal(endpoint.request({ path: CREDENTIALS_PATH, authorization })?.status, 200);
        assert.equal(endpoint.request({ path: CREDENTIALS_PATH })?.status, 401);
        assert.equal(env['PATH'], '/bin');
        return 42;
      },
    });
    assert.equal(await run(settingsWith(), all), 42);
    assert.equal(endpoint.open, false);
    assert.equal(files.size, 0);
  });

  test('starts COMMAND with the file written already', async () => {
    const { all, files, endpoint } = createFakePorts({
      async work(env) {
        assert.equal(env['AWS_SHARED_CREDENTIALS_FILE'], CREDENTIALS_FILE);
        assert.match(files.get(CREDENTIALS_FILE) ?? '', /aws_session_token = /);
        return 7;
      },
    });
    assert.equal(await run(settingsWith({ deliver: 'file' }), all), 7);
    assert.equal(endpoint.open, false);
  });

  for (const deliver of ['endpoint', 'file'] as const) {
    test(`keeps the ${deliver} fresh while COMMAND lives, and no longer`, async () => {
      const { all, calls } = createFakePorts({
        async work() {
          while (calls.sts < 5) await setImmediate();
          return 0;
        },
      });
      await run(settingsWith({ deliver }), all);
      const atTheEnd = calls.sts;
      for (let turn = 0; turn < 500; turn++) await setImmediate();
      assert.equal(calls.sts, atTheEnd);
    });
  }

  test('with --once writes and becomes COMMAND: nothing stays resident', async () => {
    const { all, files, calls, log, endpoint } = createFakePorts();
    const settings = settingsWith({ deliver: 'file', once: true });
    await assert.rejects(run(settings, all), (error) => {
      assert.ok(error instanceof Became);
      assert.equal(error.env['AWS_SHARED_CREDENTIALS_FILE'], CREDENTIALS_FILE);
      return true;
    });
    assert.match(files.get(CREDENTIALS_FILE) ?? '', /aws_session_token = /);
    assert.deepEqual([calls.worker, calls.become, calls.sts, endpoint.open], [0, 1, 1, false]);
    const warning = log.entries.find(({ level }) => level === 'warning');
    assert.equal(warning?.fields['expiration'], '2026-11-22T13:00:00.000Z');
  });

  const failures = [
    { name: 'the endpoint', settings: settingsWith() },
    { name: 'the file', settings: settingsWith({ deliver: 'file' }) },
    { name: '--once', settings: settingsWith({ deliver: 'file', once: true }) },
  ];
  for (const { name, settings } of failures) {
    test(`does not start COMMAND without credentials, with ${name}`, async () => {
      const { all, calls, endpoint, files } = createFakePorts({ failure: () => senseless });
      await assert.rejects(run(settings, all), senseless);
      assert.deepEqual([calls.worker, calls.become, endpoint.open, files.size], [0, 0, false, 0]);
    });

    test(`starts it all the same, loudly, with ${name} and --on-error continue`, async () => {
      const { all, calls, log } = createFakePorts({ failure: () => senseless });
      await run({ ...settings, onError: 'continue' }, all).catch((error: unknown) => {
        assert.ok(error instanceof Became);
      });
      assert.equal(calls.worker + calls.become, 1);
      const [error] = log.entries.filter(({ level }) => level === 'error');
      assert.match(error?.message ?? '', /WITHOUT AWS CREDENTIALS: STS made no sense/);
    });
  }

  for (const once of [false, true]) {
    test(`leaves no earlier keys to a COMMAND without credentials, once=${once}`, async () => {
      const kept = '[default]\nregion = r\n[a]\naws_access_key_id = KEPT\n';
      const { all, files } = createFakePorts({
        failure: () => senseless,
        files: { [CREDENTIALS_FILE]: kept.replace('region', 'aws_access_key_id = OLD\nregion') },
      });
      const settings = settingsWith({ deliver: 'file', once, onError: 'continue' });
      await run(settings, all).catch((error: unknown) => assert.ok(error instanceof Became));
      assert.equal(files.get(CREDENTIALS_FILE), kept);
    });
  }

  test('heals a start without credentials while COMMAND lives', async () => {
    const { all, endpoint } = createFakePorts({
      failure: (call) => (call === 1 ? senseless : undefined),
      async work() {
        assert.equal(endpoint.request()?.status, 503);
        while (endpoint.request()?.status !== 200) await setImmediate();
        return 0;
      },
    });
    assert.equal(await run(settingsWith({ onError: 'continue' }), all), 0);
  });

  const shadowing = [
    { name: 'static keys in the environment', env: { AWS_ACCESS_KEY_ID: 'A' }, files: {} },
    {
      name: 'static keys in the file',
      env: {},
      files: { [CREDENTIALS_FILE]: '[default]\naws_access_key_id = A\n' },
    },
    {
      name: 'a role in the config file',
      env: {},
      files: { '/home/beam/.aws/config': '[default]\nrole_arn = r\n' },
    },
  ];
  for (const { name, env, files } of shadowing) {
    test(`refuses ${name}: asks STS for nothing and starts nothing`, async () => {
      const { all, calls, endpoint } = createFakePorts({ env, files });
      const settings = settingsWith({ onError: 'continue' });
      await assert.rejects(run(settings, all), { code: 'ERR_CONFIG', exitCode: 78 });
      assert.deepEqual([calls.sts, calls.worker, endpoint.open], [0, 0, false]);
    });
  }

  const outcomes = [
    { name: 'which fail', failure: senseless },
    { name: 'which arrive', failure: undefined },
  ];
  for (const { name, failure } of outcomes) {
    for (const once of [false, true]) {
      test(`told to end during its first credentials, ${name}, starts nothing, once=${once}`, async () => {
        const ports = createFakePorts({
          failure: () => {
            ports.end();
            return failure;
          },
        });
        const deliver = once ? 'file' : 'endpoint';
        const settings = settingsWith({ onError: 'continue', once, deliver });
        await assert.rejects(run(settings, ports.all), /told to end/);
        const { calls, endpoint, log } = ports;
        assert.deepEqual([calls.worker, calls.become, endpoint.open], [0, 0, false]);
        assert.ok(!log.text().includes('WITHOUT'));
      });
    }
  }

  test('ends the endpoint also when COMMAND cannot be executed', async () => {
    const cannotExecute = new IdentityError('ERR_CANNOT_EXECUTE', 'Cannot execute boot');
    const { all, endpoint } = createFakePorts({ work: () => Promise.reject(cannotExecute) });
    await assert.rejects(run(settingsWith(), all), cannotExecute);
    assert.equal(endpoint.open, false);
  });
});
