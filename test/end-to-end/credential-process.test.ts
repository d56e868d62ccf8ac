/** `credential-process`, as an AWS SDK or the aws command starts it. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { EXECUTABLE } from './executable.ts';
import { createScene } from './scene.ts';

const CONSUMER = join(import.meta.dirname, 'consumer.ts');

describe('credential-process', { concurrency: 4 }, () => {
  test('prints Version 1 JSON, nothing else, and nothing on stderr', async (t) => {
    const scene = await createScene(t);
    const { code, stdout, stderr } = await scene.run(['credential-process']);
    assert.equal(code, 0);
    assert.equal(stderr, '');
    const { Version, Expiration, ...rest } = JSON.parse(stdout) as Record<string, string>;
    assert.equal(Version, 1);
    assert.deepEqual(Object.keys(rest), ['AccessKeyId', 'SecretAccessKey', 'SessionToken']);
    assert.match(Expiration ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  test('is silent after failures that healed, at any log level', async (t) => {
    const scene = await createScene(t);
    scene.sts.faults.next({ kind: 'error', code: 'Throttling' }, 2);
    const { code, stderr } = await scene.run(['credential-process', '--log-level', 'debug']);
    assert.equal(code, 0);
    assert.equal(stderr, '');
    assert.equal(scene.sts.requests.length, 3);
  });

  test('prints nothing on stdout when it fails, and says why on stderr', async (t) => {
    const scene = await createScene(t);
    const options = { env: { AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/unknown' } };
    const { code, stdout, stderr } = await scene.run(['credential-process'], options);
    assert.equal(code, 77);
    assert.equal(stdout, '');
    assert.match(stderr, /AccessDenied/);
  });

  test('writes no file', async (t) => {
    const scene = await createScene(t);
    await scene.run(['credential-process']);
    assert.equal(existsSync(join(scene.home, '.aws')), false);
  });

  test('serves an unmodified AWS SDK by its profile', async (t) => {
    const scene = await createScene(t);
    const config = join(scene.home, 'config');
    writeFileSync(config, `[default]\ncredential_process = "${EXECUTABLE}" credential-process\n`);
    const consumer = scene.start([CONSUMER], {
      executable: process.execPath,
      env: { AWS_CONFIG_FILE: config },
    });
    consumer.stdin.end('who?\n');
    const { stdout, stderr } = await consumer.ended;
    assert.match(stdout, /^arn:aws:sts::123456789012:assumed-role\/dataflow-reader\//, stderr);
  });
});
