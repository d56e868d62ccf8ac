/** COMMAND under `run`: its arguments, stdio, signals and exit codes. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createScene } from './scene.ts';

const RUN = ['run', '--'];

describe('COMMAND', { concurrency: 4 }, () => {
  test('gets its arguments untouched and in order', async (t) => {
    const scene = await createScene(t);
    const args = ['a b', '', '--', '--help', '-v', '--deliver=file', '*', '$HOME', 'ü\n'];
    const show = 'for each; do printf "<%s>" "$each"; done';
    const { stdout } = await scene.run([...RUN, '/bin/sh', '-c', show, 'sh', ...args]);
    assert.equal(stdout, args.map((each) => `<${each}>`).join(''));
  });

  test('reads stdin, and runs in the same working directory', async (t) => {
    const scene = await createScene(t);
    const { stdout } = await scene.run([...RUN, '/bin/sh', '-c', 'pwd; cat'], { stdin: 'input' });
    assert.equal(stdout, `${scene.home}\ninput`);
  });

  test('is found by PATH, under the name by which it was called', async (t) => {
    const scene = await createScene(t);
    const { stdout } = await scene.run([...RUN, 'sh', '-c', 'cat /proc/$$/cmdline']);
    assert.equal(stdout.split('\0')[0], 'sh');
  });

  test('gets default signal dispositions, so that SIGPIPE ends it', async (t) => {
    const scene = await createScene(t);
    const { stdout } = await scene.run([...RUN, '/bin/grep', 'Sig', '/proc/self/status']);
    assert.match(stdout, /^SigIgn:\s0+$/m);
    assert.match(stdout, /^SigBlk:\s0+$/m);
  });

  for (const code of [0, 1, 64, 75, 255]) {
    test(`ends run with its own exit code: ${code}`, async (t) => {
      const scene = await createScene(t);
      const ended = await scene.run([...RUN, '/bin/sh', '-c', `exit ${code}`]);
      assert.equal(ended.code, code);
    });
  }

  for (const signal of ['SIGKILL', 'SIGSEGV', 'SIGTERM'] as const) {
    test(`ends run with 128+N when it dies of ${signal}`, async (t) => {
      const scene = await createScene(t);
      const suicide = `kill -${constants.signals[signal]} $$`;
      const ended = await scene.run([...RUN, '/bin/sh', '-c', suicide]);
      assert.equal(ended.code, 128 + constants.signals[signal]);
    });
  }

  for (const name of ['TERM', 'INT', 'HUP', 'QUIT', 'USR1', 'USR2'] as const) {
    test(`receives SIG${name}, and may go on or end as it likes`, async (t) => {
      const scene = await createScene(t);
      const script = `trap 'echo got; exit 7' ${name}; echo ready; while :; do sleep 0.1; done`;
      const running = scene.start([...RUN, '/bin/sh', '-c', script]);
      await running.printed(/ready/);
      running.kill(`SIG${name}`);
      const { code, stdout } = await running.ended;
      assert.equal(stdout, 'ready\ngot\n');
      assert.equal(code, 7);
    });
  }

  test('ends run with 143 when SIGTERM ends it', async (t) => {
    const scene = await createScene(t);
    const running = scene.start([...RUN, '/bin/sh', '-c', 'echo ready; exec sleep 300']);
    await running.printed(/ready/);
    running.kill('SIGTERM');
    assert.equal((await running.ended).code, 143);
  });
});

describe('COMMAND that cannot be started', { concurrency: 4 }, () => {
  test('is told before anything is fetched: not found, 127', async (t) => {
    const scene = await createScene(t);
    const ended = await scene.run([...RUN, 'no-such-command']);
    assert.equal(ended.code, 127);
    assert.match(ended.stderr, /Cannot find the command \\"no-such-command\\"/);
    assert.match(ended.stderr, /hint: it is in no directory of PATH/);
    assert.equal(scene.metadata.requests.length + scene.sts.requests.length, 0);
  });

  test('is told before anything is fetched: not executable, 126', async (t) => {
    const scene = await createScene(t);
    const file = join(scene.home, 'notes.txt');
    writeFileSync(file, 'not a program', { mode: 0o644 });
    const ended = await scene.run([...RUN, file]);
    assert.equal(ended.code, 126);
    assert.match(ended.stderr, /Cannot execute .*notes\.txt: it is not an executable file/);
    assert.equal(scene.metadata.requests.length + scene.sts.requests.length, 0);
  });

  for (const delivery of [[], ['--deliver', 'file', '--once']]) {
    const how = delivery.join(' ') || 'endpoint';
    test(`ends with 126 when the kernel refuses its format (${how})`, async (t) => {
      const scene = await createScene(t);
      const file = join(scene.home, 'broken');
      writeFileSync(file, '\u007fELF, but not really', { mode: 0o755 });
      const ended = await scene.run(['run', ...delivery, '--', file]);
      assert.equal(ended.code, 126);
      assert.equal(ended.stdout, '');
      assert.match(ended.stderr, /Cannot execute .*broken/);
    });
  }
});

describe('a signal before COMMAND has started', { concurrency: 4 }, () => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const) {
    test(`ends run with 128+N, and COMMAND never starts: ${signal}`, async (t) => {
      const scene = await createScene(t);
      scene.sts.faults.always({ kind: 'status', status: 503 });
      const running = scene.start([...RUN, '/bin/echo', 'started']);
      await running.logged(/trying again/);
      running.kill(signal);
      const { code, stdout } = await running.ended;
      assert.equal(code, 128 + constants.signals[signal]);
      assert.equal(stdout, '');
    });
  }
});
