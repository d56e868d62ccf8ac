/** `doctor` as a user runs it, with every step broken in turn. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Report } from '../../init/doctor/report.ts';
import { reservePort } from '../emulators/reserve-port.ts';
import { BROKEN } from './doctor-cases.ts';
import { runSecretly, statuses } from './doctor-run.ts';
import { eventually } from './eventually.ts';
import { createScene } from './scene.ts';

const ALL_OK = {
  'metadata server': 'ok',
  'ID token': 'ok',
  configuration: 'ok',
  STS: 'ok',
  delivery: 'ok',
};

describe('doctor', { concurrency: 4 }, () => {
  test('finds nothing wrong where nothing is, writes nothing, and ends with 0', async (t) => {
    const scene = await createScene(t);
    const { code, stdout, stderr } = await scene.run(['doctor']);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /caller +arn:aws:sts::123456789012:assumed-role\/dataflow-reader\//);
    assert.match(stdout, /sub +112233445566778899001/);
    assert.equal(stderr, '');
    assert.deepEqual(readdirSync(scene.home), []);
  });

  for (const broken of BROKEN) {
    test(`explains ${broken.what}: ${broken.exitCode}`, async (t) => {
      const scene = await createScene(t, broken.emulators);
      broken.break?.(scene);
      const { args = [], env = {} } = broken;
      const text = await runSecretly(scene, args, env);
      assert.equal(text.code, broken.exitCode, text.stdout);
      assert.match(text.stdout, broken.says);
      const json = await runSecretly(scene, [...args, '--json'], env);
      const { steps, exitCode } = JSON.parse(json.stdout) as Report;
      assert.equal(exitCode, broken.exitCode);
      assert.equal(json.code, broken.exitCode);
      assert.deepEqual(statuses(steps), { ...ALL_OK, ...broken.steps });
    });
  }

  test('gives up on a metadata server that is not there: 69', async (t) => {
    const scene = await createScene(t);
    const env = { GCE_METADATA_HOST: `127.0.0.1:${await reservePort()}` };
    const { code, stdout } = await scene.run(['doctor', '--json', '--deadline', '1'], { env });
    assert.equal(code, 69);
    const { steps } = JSON.parse(stdout) as Report;
    const expected = { 'metadata server': 'failed', 'ID token': 'not tried', STS: 'not tried' };
    assert.deepEqual(statuses(steps), { ...ALL_OK, ...expected });
    assert.equal(scene.sts.requests.length, 0);
  });

  test('ends by a signal, and with a command that is running', async (t) => {
    const scene = await createScene(t);
    const running = scene.start(['doctor', '--command', 'echo started; exec sleep 60']);
    await running.logged(/started/);
    running.kill('SIGTERM');
    const { code, stdout } = await running.ended;
    assert.equal(code, 143);
    assert.match(stdout, /The command ended with 143/);
  });

  test('ends by a signal while it waits, without a report', async (t) => {
    const scene = await createScene(t);
    scene.metadata.faults.always({ kind: 'hang' });
    const running = scene.start(['doctor']);
    await eventually('a request', () => scene.metadata.requests.length > 0);
    running.kill('SIGTERM');
    const { code, stdout } = await running.ended;
    assert.equal(code, 143);
    assert.equal(stdout, '');
  });

  test('asks STS once when it refuses', async (t) => {
    const scene = await createScene(t);
    scene.sts.faults.always({ kind: 'error', code: 'AccessDenied' });
    await scene.run(['doctor']);
    assert.equal(scene.sts.requests.length, 1);
  });

  const deliveries = [
    { deliver: 'endpoint', check: 'test -n "$AWS_CONTAINER_CREDENTIALS_FULL_URI"' },
    { deliver: 'file', check: 'grep -q aws_session_token "$AWS_SHARED_CREDENTIALS_FILE"' },
  ];
  for (const { deliver, check } of deliveries) {
    test(`gives --command what run would give: ${deliver}`, async (t) => {
      const scene = await createScene(t);
      const consumer = `'${process.execPath}' '${join(import.meta.dirname, 'consumer.ts')}'`;
      const args = ['doctor', '--deliver', deliver, '--command', `${check} && echo | ${consumer}`];
      const { code, stdout, stderr } = await scene.run(args, { env: { TMPDIR: scene.home } });
      assert.equal(code, 0, stderr);
      assert.match(stderr, /^arn:aws:sts::123456789012:assumed-role\/dataflow-reader\//);
      assert.doesNotMatch(stdout, /ASIA/);
      assert.deepEqual(readdirSync(scene.home), []);
    });
  }

  test('does not start --command where something would win over the credentials', async (t) => {
    const scene = await createScene(t);
    writeFileSync(join(scene.home, 'config'), '[default]\nrole_arn = arn:aws:iam::1:role/x\n');
    const env = { AWS_CONFIG_FILE: join(scene.home, 'config') };
    const { code } = await scene.run(['doctor', '--command', 'touch started'], { env });
    assert.equal(code, 78);
    assert.equal(existsSync(join(scene.home, 'started')), false);
  });
});
