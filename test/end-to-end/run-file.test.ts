/** `run --deliver file`: the shared credentials file, written before COMMAND and rewritten. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { eventually } from './eventually.ts';
import { createScene } from './scene.ts';

const RUN = ['run', '--deliver', 'file'];
const SHOW_FILE = ['/bin/sh', '-c', 'cat "$AWS_SHARED_CREDENTIALS_FILE"'];
const STAY = ['/bin/sleep', '300'];
const WHOLE_FILE =
  /^\[default\]\naws_access_key_id = ASIA\w+\naws_secret_access_key = \S+\naws_session_token = \S+\n$/;

describe('run with a file', { concurrency: 4 }, () => {
  test('has written the file when COMMAND starts, readable for its owner alone', async (t) => {
    const scene = await createScene(t);
    const { code, stdout } = await scene.run([...RUN, '--', ...SHOW_FILE]);
    assert.match(stdout, WHOLE_FILE);
    assert.equal(code, 0);
    assert.equal(statSync(scene.credentialsFile).mode & 0o777, 0o600);
    assert.equal(statSync(join(scene.home, '.aws')).mode & 0o777, 0o700);
  });

  test('tells COMMAND the file by its absolute path, and the profile', async (t) => {
    const scene = await createScene(t);
    const file = join(scene.home, 'elsewhere', 'credentials');
    const args = [...RUN, '--credentials-file', file, '--profile', 'reader', '--', '/usr/bin/env'];
    const { stdout } = await scene.run(args, { env: { HOME: undefined } });
    assert.match(stdout, new RegExp(`^AWS_SHARED_CREDENTIALS_FILE=${file}$`, 'm'));
    assert.match(stdout, /^AWS_PROFILE=reader$/m);
    assert.match(stdout, /^AWS_EC2_METADATA_DISABLED=true$/m);
    assert.doesNotMatch(stdout, /^AWS_CONTAINER_/m);
    assert.match(readFileSync(file, 'utf8'), /^\[reader\]\naws_access_key_id = ASIA/);
  });

  test('takes the place of static keys that its profile has in the file', async (t) => {
    const scene = await createScene(t);
    mkdirSync(join(scene.home, '.aws'));
    const old = 'aws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = old\n';
    writeFileSync(scene.credentialsFile, `[default]\n${old}`);
    const { stdout } = await scene.run([...RUN, '--', ...SHOW_FILE]);
    assert.match(stdout, WHOLE_FILE);
  });

  test('is refused where static keys in the environment would win over the file', async (t) => {
    const scene = await createScene(t);
    const options = { env: { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'static' } };
    const ended = await scene.run([...RUN, '--', ...SHOW_FILE], options);
    assert.equal(ended.code, 78);
    assert.equal(ended.stdout, '');
    assert.match(ended.stderr, /AWS_ACCESS_KEY_ID is set/);
    assert.match(ended.stderr, /AWS_SECRET_ACCESS_KEY is set/);
    assert.throws(() => statSync(scene.credentialsFile), { code: 'ENOENT' });
  });

  test('shows a concurrent reader whole files only, while it rewrites them', async (t) => {
    // So short a life that the file is rewritten several times a second.
    const scene = await createScene(t, { sts: { credentialsLifetimeSeconds: 2 } });
    const running = scene.start([...RUN, '--', ...STAY]);
    await running.logged(/Delivered AWS credentials/);
    const versions = new Set<string>();
    await eventually('fifteen versions', async () => {
      for (let reads = 0; reads < 500; reads++) {
        const text = readFileSync(scene.credentialsFile, 'utf8');
        assert.match(text, WHOLE_FILE);
        versions.add(text);
      }
      return versions.size >= 15;
    });
  });

  test('leaves the old file in place while a refresh fails, and no temporary one', async (t) => {
    const scene = await createScene(t, { sts: { credentialsLifetimeSeconds: 8 } });
    const running = scene.start([...RUN, '--deadline', '4', '--', ...STAY]);
    await running.logged(/Delivered AWS credentials/);
    const before = readFileSync(scene.credentialsFile, 'utf8');
    scene.sts.faults.always({ kind: 'status', status: 503 });
    await running.logged(/Refresh failed/);
    assert.equal(readFileSync(scene.credentialsFile, 'utf8'), before);
    scene.sts.faults.clear();
    await running.logged(/Refreshed the AWS credentials/);
    assert.notEqual(readFileSync(scene.credentialsFile, 'utf8'), before);
  });
});
