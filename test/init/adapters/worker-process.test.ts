import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findCommand, runCommand } from '../../../init/adapters/worker-process.ts';

const ENV = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' };
let directory: string;
const at = (name: string) => join(directory, name);

before(() => {
  // Node's test runner would answer SIGUSR2 with a report in the working directory.
  if (process.report) process.report.reportOnSignal = false;
  directory = mkdtempSync(join(tmpdir(), 'worker-'));
  mkdirSync(at('first'));
  mkdirSync(at('second'));
  mkdirSync(at('first/folder'));
  for (const name of ['first/boot', 'second/boot', 'second/other']) {
    writeFileSync(at(name), '#!/bin/sh\n', { mode: 0o755 });
  }
  writeFileSync(at('first/plain'), 'text', { mode: 0o644 });
  writeFileSync(at('first/other'), 'text', { mode: 0o644 });
  chmodSync(at('first/boot'), 0o755);
});
after(() => rmSync(directory, { recursive: true }));

describe('findCommand', () => {
  const path = () => `${at('first')}:${at('second')}`;

  test('finds a command in the first directory of PATH that has it', () => {
    const argv = ['boot', '--id=1'];
    assert.deepEqual(findCommand(argv, path()), { file: at('first/boot'), argv });
  });

  test('passes over a file that cannot be executed', () => {
    assert.equal(findCommand(['other'], path()).file, at('second/other'));
  });

  test('takes a name with a slash for a path and asks no PATH', () => {
    assert.equal(findCommand([at('second/boot')], path()).file, at('second/boot'));
    assert.equal(findCommand(['/bin/sh'], '').file, '/bin/sh');
  });

  test('looks in the usual directories where PATH is not set', () => {
    assert.match(findCommand(['sh'], undefined).file, /\/bin\/sh$/);
  });

  const refused = [
    { name: 'missing', code: 'ERR_NOT_FOUND', exitCode: 127, hint: /PATH/ },
    { name: '/no/such/boot', code: 'ERR_NOT_FOUND', exitCode: 127, hint: undefined },
    { name: 'plain', code: 'ERR_CANNOT_EXECUTE', exitCode: 126, hint: /mode/ },
    { name: 'folder', code: 'ERR_CANNOT_EXECUTE', exitCode: 126, hint: /mode/ },
  ];
  for (const { name, ...expected } of refused) {
    test(`ends with ${expected.exitCode} for ${name}`, () => {
      assert.throws(() => findCommand([name], path()), expected);
    });
  }
});

describe('runCommand', () => {
  const shell = (script: string, ...args: string[]) => ({
    file: '/bin/sh',
    argv: ['sh', '-c', script, 'sh', ...args],
  });

  test('returns the exit code of the command', async () => {
    assert.equal(await runCommand(shell('exit 0'), ENV), 0);
    assert.equal(await runCommand(shell('exit 42'), ENV), 42);
  });

  test('returns 128 and the number of the signal that ended it', async () => {
    assert.equal(await runCommand(shell('kill -KILL $$'), ENV), 137);
    assert.equal(await runCommand(shell('kill -TERM $$'), ENV), 143);
  });

  test('hands over arguments and environment, and nothing of its own', async () => {
    const args = ['a b', '', '$HOME', '--', "it's"];
    const script = `printf '%s|' "$0" "$@" > ${at('args')}; env > ${at('env')}`;
    await runCommand(shell(script, ...args), { ONLY: 'this' });
    assert.equal(readFileSync(at('args'), 'utf8'), ['sh', ...args, ''].join('|'));
    const names = readFileSync(at('env'), 'utf8')
      .split('\n')
      .map((line) => line.split('=')[0]);
    assert.ok(names.includes('ONLY') && !names.includes('HOME') && !names.includes('NODE_OPTIONS'));
  });

  test('starts the command in the same working directory', async () => {
    await runCommand(shell(`pwd > ${at('cwd')}`), ENV);
    assert.equal(readFileSync(at('cwd'), 'utf8').trim(), process.cwd());
  });

  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const) {
    test(`forwards ${signal}`, async () => {
      const ready = at(`ready-${signal}`);
      const script = `trap 'exit 42' ${signal.slice(3)}; : > ${ready}; while :; do sleep 0.02; done`;
      const running = runCommand(shell(script), ENV);
      while (!existsSync(ready)) await sleep(5);
      process.kill(process.pid, signal);
      assert.equal(await running, 42);
    });
  }

  test('listens to no signal any more once the command has ended', async () => {
    const before = process.listenerCount('SIGTERM');
    await runCommand(shell('exit 0'), ENV);
    assert.equal(process.listenerCount('SIGTERM'), before);
  });

  test('ends with 126 for a file that the system cannot execute', async () => {
    const file = at('bad-interpreter');
    writeFileSync(file, '#!/no/such/interpreter\n', { mode: 0o755 });
    await assert.rejects(runCommand({ file, argv: [file] }, ENV), {
      code: 'ERR_CANNOT_EXECUTE',
      exitCode: 126,
    });
  });
});

describe('becomeCommand', () => {
  const adapter = new URL('../../../init/adapters/worker-process.ts', import.meta.url);

  test('replaces this process: same pid, its own environment and arguments', () => {
    const code = `
      import { becomeCommand } from ${JSON.stringify(adapter.href)};
      console.log(process.pid);
      const argv = ['sh', '-c', 'echo $$; env; printf "%s|" "$@"', 'sh', 'a b', '--once'];
      becomeCommand({ file: '/bin/sh', argv }, { ONLY: 'this' });
    `;
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      encoding: 'utf8',
    });
    const [before, afterwards, ...rest] = stdout.split('\n');
    assert.equal(status, 0);
    assert.equal(afterwards, before);
    assert.ok(rest.includes('ONLY=this') && !rest.some((line) => line.startsWith('HOME=')));
    assert.equal(rest.at(-1), 'a b|--once|');
  });
});
