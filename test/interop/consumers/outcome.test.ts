import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judge, type Observation } from './outcome.ts';

const SESSION_SECONDS = 400;

function observe(atSeconds: number, accessKeyId: string, error?: string): Observation {
  return { atSeconds, accessKeyId, error };
}

describe('judge', () => {
  const cases: { name: string; observations: Observation[]; refreshed: boolean }[] = [
    {
      name: 'another key and no failure: refreshed',
      observations: [observe(1, 'A'), observe(200, 'B'), observe(410, 'B')],
      refreshed: true,
    },
    {
      name: 'the same key and a failure: not refreshed',
      observations: [observe(1, 'A'), observe(410, 'A', 'expired')],
      refreshed: false,
    },
    {
      name: 'another key after a failure: not refreshed',
      observations: [observe(1, 'A'), observe(401, 'A', 'expired'), observe(410, 'B')],
      refreshed: false,
    },
    {
      name: 'the same key, still accepted: not refreshed',
      observations: [observe(1, 'A'), observe(410, 'A')],
      refreshed: false,
    },
  ];
  for (const { name, observations, refreshed } of cases) {
    test(name, () => assert.equal(judge(observations, SESSION_SECONDS).refreshed, refreshed));
  }

  test('refuses to judge before the first credentials have expired', () => {
    assert.throws(
      () => judge([observe(1, 'A'), observe(399, 'B')], SESSION_SECONDS),
      /not expired/,
    );
  });
});
