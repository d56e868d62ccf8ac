import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createClock } from '../../../init/adapters/clock.ts';

const NEVER = new AbortController().signal;

describe('createClock', () => {
  const clock = createClock();

  test('tells the time in milliseconds since the epoch', () => {
    assert.ok(Math.abs(clock.nowMs() - Date.now()) < 1000);
  });

  test('sleeps no shorter than it is asked to', async () => {
    const beforeMs = performance.now();
    await clock.sleep(20, NEVER);
    assert.ok(performance.now() - beforeMs >= 19);
  });

  test("ends a sleep at once when the signal aborts, with the signal's reason", async () => {
    const reason = new Error('told to end');
    const ending = new AbortController();
    const sleeping = clock.sleep(60_000, ending.signal);
    ending.abort(reason);
    await assert.rejects(sleeping, reason);
  });

  test('aborts a time-out when it is due', async () => {
    const signal = clock.timeout(1);
    assert.equal(signal.aborted, false);
    await clock.sleep(30, NEVER);
    assert.equal(signal.aborted, true);
  });
});
