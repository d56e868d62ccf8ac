import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { IdentityError } from '../../../init/errors.ts';
import { type CredentialState, keepFresh, refreshOnce } from '../../../init/identity/refresh.ts';
import type { Credentials } from '../../../init/ports.ts';
import { createFakeClock, type FakeClock, NOON_MS } from '../fake-clock.ts';
import { CREDENTIALS, credentialsUntil } from '../identity-fixtures.ts';
import { createRecordingLogger } from '../recording-logger.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NEVER = new AbortController().signal;
const failure = new IdentityError('ERR_TEMPORARY', 'STS is failing');

function emptyState(): CredentialState {
  return { credentials: undefined, failure: undefined };
}

/**
 * Ports whose federation makes one-hour credentials, or throws, as `outcome` says for the number
 * of the attempt; it ends everything after so many attempts.
 */
function portsFor(
  attempts: number,
  outcome: (attempt: number) => 'succeed' | Error = () => 'succeed',
  clock: FakeClock = createFakeClock({ random: 0 }),
) {
  const ending = new AbortController();
  const attemptsAtMs: number[] = [];
  const delivered: Credentials[] = [];
  const log = createRecordingLogger();
  const ports = {
    clock,
    log,
    releaseMemory() {},
    async federate() {
      attemptsAtMs.push(clock.nowMs() - NOON_MS);
      if (attemptsAtMs.length === attempts) ending.abort();
      const result = outcome(attemptsAtMs.length);
      if (result !== 'succeed') throw result;
      return credentialsUntil(clock.nowMs() - NOON_MS + HOUR_MS);
    },
    sink: {
      async deliver(credentials: Credentials) {
        delivered.push(credentials);
      },
    },
  };
  return { ports, signal: ending.signal, attemptsAtMs, delivered, log, clock };
}

describe('refreshOnce', () => {
  test('delivers first, then notes the credentials, and logs when they expire', async () => {
    const { ports, log } = portsFor(9);
    const state = emptyState();
    const sink = {
      async deliver() {
        assert.equal(state.credentials, undefined);
      },
    };
    await refreshOnce(state, { ...ports, sink }, NEVER);
    assert.deepEqual(state, { credentials: CREDENTIALS, failure: undefined });
    assert.deepEqual(log.entries, [
      {
        level: 'info',
        message: 'Delivered AWS credentials',
        fields: { expiration: '2026-11-22T13:00:00.000Z' },
      },
    ]);
  });

  test('notes a failure and keeps the old credentials', async () => {
    const { ports, delivered } = portsFor(9, () => failure);
    const state = { credentials: CREDENTIALS, failure: undefined };
    await assert.rejects(refreshOnce(state, ports, NEVER), failure);
    assert.deepEqual(state, { credentials: CREDENTIALS, failure });
    assert.deepEqual(delivered, []);
  });

  test('does not note credentials that could not be delivered', async () => {
    const { ports } = portsFor(9);
    const state = emptyState();
    const cannotWrite = new IdentityError('ERR_WRITE', 'disk full');
    const sink = { deliver: () => Promise.reject(cannotWrite) };
    await assert.rejects(refreshOnce(state, { ...ports, sink }, NEVER), cannotWrite);
    assert.deepEqual(state, { credentials: undefined, failure: cannotWrite });
  });

  test('takes being told to end for no failure', async () => {
    const { ports } = portsFor(9, () => failure);
    const state = emptyState();
    const reason = new Error('told to end');
    await assert.rejects(refreshOnce(state, ports, AbortSignal.abort(reason)), reason);
    assert.equal(state.failure, undefined);
  });
});

describe('keepFresh', () => {
  test('refreshes one-hour credentials each half hour', async () => {
    const { ports, signal, attemptsAtMs, delivered } = portsFor(4);
    const state = { credentials: CREDENTIALS, failure: undefined };
    await keepFresh(state, ports, signal);
    assert.deepEqual(
      attemptsAtMs,
      [30, 60, 90, 120].map((minutes) => minutes * MINUTE_MS),
    );
    assert.equal(delivered.length, 4);
  });

  test('gives memory back before each refresh is waited for', async () => {
    const { ports, signal } = portsFor(3);
    let released = 0;
    const releaseMemory = () => {
      released += 1;
    };
    const state = { credentials: CREDENTIALS, failure: undefined };
    await keepFresh(state, { ...ports, releaseMemory }, signal);
    assert.equal(released, 3);
  });

  test('sleeps in slices of at most half a minute', async () => {
    const { ports, signal, clock } = portsFor(1);
    await keepFresh({ credentials: CREDENTIALS, failure: undefined }, ports, signal);
    assert.equal(Math.max(...clock.sleepsMs), 30_000);
  });

  test('notices within half a minute that the machine was suspended', async () => {
    const clock = createFakeClock({ random: 0 });
    const { ports, signal, attemptsAtMs } = portsFor(1, undefined, clock);
    const suspendOnce = async (ms: number, sleepSignal: AbortSignal) => {
      if (clock.sleepsMs.length === 10) clock.advance(2 * HOUR_MS);
      await clock.sleep(ms, sleepSignal);
    };
    const state = { credentials: CREDENTIALS, failure: undefined };
    await keepFresh(state, { ...ports, clock: { ...clock, sleep: suspendOnce } }, signal);
    const noticedAtMs = 10 * 30_000 + 2 * HOUR_MS + 30_000;
    assert.deepEqual(attemptsAtMs, [noticedAtMs]);
  });

  test('keeps the old credentials through failures, with growing pauses, and heals', async () => {
    const { ports, signal, attemptsAtMs, log } = portsFor(9, (attempt) =>
      attempt <= 7 ? failure : 'succeed',
    );
    const state: CredentialState = { credentials: CREDENTIALS, failure: undefined };
    const seen: (Credentials | undefined)[] = [];
    const federate = () => {
      seen.push(state.credentials);
      return ports.federate();
    };
    await keepFresh(state, { ...ports, federate }, signal);

    assert.ok(seen.slice(0, 8).every((credentials) => credentials === CREDENTIALS));
    const pausesMs = attemptsAtMs.slice(1).map((atMs, index) => atMs - (attemptsAtMs[index] ?? 0));
    assert.deepEqual(pausesMs, [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30 * MINUTE_MS]);
    assert.equal(state.failure, undefined);
    const errors = log.entries.filter(({ level }) => level === 'error');
    assert.deepEqual(
      errors.map(({ fields }) => fields),
      [1, 2, 3, 4, 5, 6, 7].map((failures) => ({ code: 'ERR_TEMPORARY', failures })),
    );
    assert.match(errors[0]?.message ?? '', /the present credentials last until 2026-11-22T13:00/);
  });

  test('goes on trying after the credentials have expired, and says that they have', async () => {
    const { ports, signal, log, attemptsAtMs } = portsFor(200, () => failure);
    const state = { credentials: CREDENTIALS, failure: undefined };
    await keepFresh(state, ports, signal);
    assert.ok((attemptsAtMs.at(-1) ?? 0) > HOUR_MS);
    assert.match(log.entries.at(-1)?.message ?? '', /the credentials expired at 2026-11-22T13:00/);
  });

  test('starts with a short pause where the first credentials failed', async () => {
    const { ports, signal, attemptsAtMs, log } = portsFor(2, () => failure);
    await keepFresh({ credentials: undefined, failure }, ports, signal);
    assert.deepEqual(attemptsAtMs, [500, 1500]);
    assert.match(log.entries[0]?.message ?? '', /there are no credentials yet/);
  });

  test('survives what nobody foresaw', async () => {
    const { ports, signal, attemptsAtMs } = portsFor(2, () => new TypeError('oops'));
    const state: CredentialState = { credentials: CREDENTIALS, failure: undefined };
    await keepFresh(state, ports, signal);
    assert.equal(attemptsAtMs.length, 2);
    assert.equal(state.failure?.code, 'ERR_INTERNAL');
  });

  test('ends at once when told to, without another attempt or a log line', async () => {
    const { ports, attemptsAtMs, log, clock } = portsFor(9);
    const state = { credentials: CREDENTIALS, failure: undefined };
    await keepFresh(state, ports, AbortSignal.abort());
    assert.deepEqual([attemptsAtMs, log.entries, clock.sleepsMs], [[], [], []]);
  });
});
