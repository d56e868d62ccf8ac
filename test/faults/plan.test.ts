import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { planFaults } from './plan.ts';

const OPTIONS = { seed: 7, randomSeconds: 300, outageSeconds: 330 };

describe('planFaults', () => {
  test('draws the same faults from the same seed, and others from another', () => {
    assert.deepEqual(planFaults(OPTIONS), planFaults(OPTIONS));
    assert.notDeepEqual(planFaults(OPTIONS), planFaults({ ...OPTIONS, seed: 8 }));
  });

  test('shows one fault at a time, and the long outage at the end', () => {
    const faults = planFaults(OPTIONS);
    assert(faults.length > 3);
    for (const [index, { startSeconds, endSeconds }] of faults.entries()) {
      assert(startSeconds > (faults[index - 1]?.endSeconds ?? 0));
      assert(endSeconds > startSeconds);
    }
    const last = faults.at(-1);
    assert(last);
    assert.deepEqual([last.place, last.kind], ['both', 'gone']);
    assert.equal(last.endSeconds - last.startSeconds, OPTIONS.outageSeconds);
  });
});
