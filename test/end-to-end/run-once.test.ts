/** `run --deliver file --once`, and Beam's `--setup_only`: the process becomes COMMAND. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { createScene } from './scene.ts';

const ONCE = ['run', '--deliver', 'file', '--once'];
const SHOW_PID = ['/bin/sh', '-c', 'echo $$'];

describe('run --once', { concurrency: 4 }, () => {
  test('writes the file, then becomes COMMAND under the same pid', async (t) => {
    const scene = await createScene(t);
    const running = scene.start([...ONCE, '--', ...SHOW_PID]);
    const { code, stdout } = await running.ended;
    assert.equal(stdout, `${running.pid}\n`);
    assert.equal(code, 0);
    assert.match(readFileSync(scene.credentialsFile, 'utf8'), /^\[default\]\naws_access_key_id = /);
  });

  test('logs when the credentials will expire', async (t) => {
    const scene = await createScene(t);
    const { stderr } = await scene.run([...ONCE, '--', '/bin/true']);
    assert.match(stderr, /Written once, not refreshed.*"expiration":"\d{4}-\d\d-/);
  });

  test('hands over arguments, stdin and working directory untouched', async (t) => {
    const scene = await createScene(t);
    const show = 'pwd; cat; for each; do echo "<$each>"; done';
    const args = [...ONCE, '--', '/bin/sh', '-c', show, 'sh', 'a b', '', '--', '--once', '*'];
    const { stdout } = await scene.run(args, { stdin: 'input\n' });
    assert.equal(stdout, `${scene.home}\ninput\n<a b>\n<>\n<-->\n<--once>\n<*>\n`);
  });

  test('gives COMMAND default signal dispositions: SIGTERM and SIGPIPE end it', async (t) => {
    const scene = await createScene(t);
    const { stdout } = await scene.run([...ONCE, '--', '/bin/grep', 'Sig', '/proc/self/status']);
    assert.match(stdout, /^SigIgn:\s0+$/m);
    assert.match(stdout, /^SigBlk:\s0+$/m);
  });

  test('leaves COMMAND no open file but its three', async (t) => {
    const scene = await createScene(t);
    const { stdout } = await scene.run([...ONCE, '--', '/bin/sh', '-c', 'ls /proc/$$/fd']);
    assert.deepEqual(stdout.trim().split('\n'), ['0', '1', '2']);
  });

  test('goes with file delivery only: 78', async (t) => {
    const scene = await createScene(t);
    const ended = await scene.run(['run', '--once', '--', '/bin/echo', 'started']);
    assert.equal(ended.code, 78);
    assert.equal(ended.stdout, '');
    assert.match(ended.stderr, /--once is set, but goes with --deliver file only/);
    assert.equal(existsSync(scene.credentialsFile), false);
  });
});

describe("run with Beam's --setup_only", { concurrency: 4 }, () => {
  for (const flag of ['--setup_only', '-setup_only', '--setup_only=true']) {
    test(`hands over at once, without a metadata server: ${flag}`, async (t) => {
      const scene = await createScene(t);
      await scene.close();
      const show = 'echo $$ "$@" "$AWS_CONTAINER_CREDENTIALS_FULL_URI"';
      const command = ['/bin/sh', '-c', show, 'sh', flag, '--artifacts=x'];
      const running = scene.start(['run', '--', ...command], { env: { AWS_ROLE_ARN: undefined } });
      const { code, stdout, stderr } = await running.ended;
      assert.equal(stdout, `${running.pid} ${flag} --artifacts=x \n`);
      assert.equal(stderr, '');
      assert.equal(code, 0);
    });
  }

  test('does not take --setup_only=false for it', async (t) => {
    const scene = await createScene(t);
    await scene.run(['run', '--', '/bin/true', '--setup_only=false']);
    assert.equal(scene.sts.requests.length, 1);
  });
});
