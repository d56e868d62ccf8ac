import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createThrottle } from './throttle.ts';

test('createThrottle lets so many pass in any second, and does not count the refused', () => {
  let nowMs = 0;
  const mayPass = createThrottle(2, () => nowMs);
  const passed = [0, 500, 600, 999, 1000, 1400, 1500].map((ms) => {
    nowMs = ms;
    return mayPass();
  });
  assert.deepEqual(passed, [true, true, false, false, true, false, true]);
});
