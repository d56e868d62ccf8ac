import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as shell from '../../../init/adapters/shell.ts';

const NEVER = new AbortController().signal;

describe('the shell', () => {
  const table = [
    { commandLine: 'exit 0', expected: 0 },
    { commandLine: 'exit 42', expected: 42 },
    { commandLine: 'kill -KILL $$', expected: 137 },
    { commandLine: 'test "$ONLY" = this && test -z "$HOME"', expected: 0 },
    { commandLine: 'read line', expected: 1 },
  ];
  for (const { commandLine, expected } of table) {
    test(`ends ${JSON.stringify(commandLine)} with ${expected}`, async () => {
      assert.equal(await shell.run(commandLine, { ONLY: 'this' }, NEVER), expected);
    });
  }

  test('tells the command to end when it takes too long', async () => {
    const beforeMs = performance.now();
    assert.equal(await shell.run('exec sleep 60', {}, AbortSignal.timeout(50)), 143);
    assert.ok(performance.now() - beforeMs < 10_000);
  });

  test('is on the machine that runs these tests', () => assert.equal(shell.exists(), true));
});
