/** Traps of the compiled form: what Bun would read from the environment and the directory. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createScene } from './scene.ts';

const ECHO = ['--', '/bin/echo', 'started'];

describe('the executable', { concurrency: 4 }, () => {
  test('reads no .env of the working directory', async (t) => {
    const scene = await createScene(t);
    for (const name of ['.env', '.env.local', '.env.production']) {
      const text = 'AWS_ROLE_ARN=arn:aws:iam::999999999999:role/attacker\nAWS_PLANTED=yes\n';
      writeFileSync(join(scene.home, name), text);
    }
    const missing = await scene.run(['run', ...ECHO], { env: { AWS_ROLE_ARN: undefined } });
    assert.equal(missing.code, 78);
    assert.match(missing.stderr, /--role-arn is missing/);
    const { stdout } = await scene.run(['run', '--', '/usr/bin/env']);
    assert.doesNotMatch(stdout, /AWS_PLANTED/);
  });

  test('reads no bunfig.toml of the working directory', async (t) => {
    const scene = await createScene(t);
    const planted = join(scene.home, 'planted');
    const preload = join(scene.home, 'preload.js');
    writeFileSync(preload, `require('fs').writeFileSync(${JSON.stringify(planted)}, '')`);
    writeFileSync(join(scene.home, 'bunfig.toml'), `preload = ["${preload}"]\n`);
    const { stdout } = await scene.run(['run', ...ECHO]);
    assert.equal(stdout, 'started\n');
    assert.equal(existsSync(planted), false);
  });

  test('does not become the bun command, and hands BUN_BE_BUN on to COMMAND', async (t) => {
    const scene = await createScene(t);
    const env = { BUN_BE_BUN: '1' };
    const { stdout } = await scene.run(['run', '--', '/usr/bin/env'], { env });
    assert.match(stdout, /^AWS_CONTAINER_CREDENTIALS_FULL_URI=/m);
    assert.match(stdout, /^BUN_BE_BUN=1$/m);
  });

  const options = [
    { BUN_OPTIONS: '--preload=./preload.js' },
    { BUN_OPTIONS: '--env-file=planted.env' },
    { NODE_OPTIONS: '--require ./preload.js' },
    { BUN_INSPECT: 'ws://127.0.0.1:1/', BUN_INSPECT_PRELOAD: './preload.js' },
  ];
  for (const env of options) {
    test(`takes no options from the environment: ${JSON.stringify(env)}`, async (t) => {
      const scene = await createScene(t);
      const planted = join(scene.home, 'planted');
      const script = `require('fs').writeFileSync(${JSON.stringify(planted)}, '')`;
      writeFileSync(join(scene.home, 'preload.js'), script);
      writeFileSync(
        join(scene.home, 'planted.env'),
        'AWS_ROLE_ARN=arn:aws:iam::999999999999:role/x',
      );
      const { code, stdout, stderr } = await scene.run(['run', ...ECHO], { env });
      assert.equal(stdout, 'started\n', stderr);
      assert.equal(code, 0);
      assert.equal(existsSync(planted), false);
    });
  }
});
