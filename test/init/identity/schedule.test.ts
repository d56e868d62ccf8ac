import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { LIMITS } from '../../../init/contract.ts';
import { nextRefreshAtMs, refreshBackoffMs } from '../../../init/identity/schedule.ts';
import { NOON_MS } from '../fake-clock.ts';
import { credentialsUntil } from '../identity-fixtures.ts';

const MINUTE_MS = 60_000;
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const lifetimeMs = (minMinutes: number) =>
  fc.integer({ min: minMinutes * MINUTE_MS, max: LIMITS.durationSeconds.max * 1000 });

describe('nextRefreshAtMs', () => {
  const table = [
    { lifetimeMinutes: 15, afterMinutes: 3.75 },
    { lifetimeMinutes: 24, afterMinutes: 6 },
    { lifetimeMinutes: 30, afterMinutes: 10 },
    { lifetimeMinutes: 60, afterMinutes: 30 },
    { lifetimeMinutes: 720, afterMinutes: 360 },
  ];
  for (const { lifetimeMinutes, afterMinutes } of table) {
    test(`refreshes credentials of ${lifetimeMinutes} minutes after ${afterMinutes}`, () => {
      const credentials = credentialsUntil(lifetimeMinutes * MINUTE_MS);
      assert.equal(nextRefreshAtMs(credentials, NOON_MS, 0), NOON_MS + afterMinutes * MINUTE_MS);
    });
  }

  test('leaves more than 15 minutes to credentials of 21 minutes or longer', () => {
    fc.assert(
      fc.property(lifetimeMs(21), random, (lifetime, chance) => {
        const atMs = nextRefreshAtMs(credentialsUntil(lifetime), NOON_MS, chance);
        assert.ok(NOON_MS + lifetime - atMs > 15 * MINUTE_MS);
      }),
    );
  });

  test('comes at most a tenth earlier by jitter, and never in the first fifth', () => {
    fc.assert(
      fc.property(lifetimeMs(1), random, (lifetime, chance) => {
        const credentials = credentialsUntil(lifetime);
        const latestMs = nextRefreshAtMs(credentials, NOON_MS, 0) - NOON_MS;
        const afterMs = nextRefreshAtMs(credentials, NOON_MS, chance) - NOON_MS;
        assert.ok(afterMs <= latestMs && afterMs >= latestMs * 0.9 - 1);
        assert.ok(afterMs >= lifetime / 5 && afterMs <= lifetime / 2);
      }),
    );
  });

  test('is now for credentials that have expired', () => {
    assert.equal(nextRefreshAtMs(credentialsUntil(-1), NOON_MS, 0.5), NOON_MS);
  });
});

describe('refreshBackoffMs', () => {
  const table = [
    { failures: 1, leastMs: 500, mostMs: 1000 },
    { failures: 2, leastMs: 1000, mostMs: 2000 },
    { failures: 6, leastMs: 16_000, mostMs: 32_000 },
    { failures: 7, leastMs: 30_000, mostMs: 60_000 },
    { failures: 5000, leastMs: 30_000, mostMs: 60_000 },
  ];
  for (const { failures, leastMs, mostMs } of table) {
    test(`is ${leastMs} to ${mostMs} ms after ${failures} failures`, () => {
      assert.equal(refreshBackoffMs(failures, 0), leastMs);
      assert.equal(refreshBackoffMs(failures, 1), mostMs);
    });
  }
});
