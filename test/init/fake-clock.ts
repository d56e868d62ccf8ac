import type { Clock } from '../../init/ports.ts';

/** A clock whose time passes only when somebody sleeps on it or advances it: tests never wait. */
export interface FakeClock extends Clock {
  /** Lets time pass; time-outs that become due abort their signals. */
  advance(ms: number): void;
  /** How long each sleep so far was asked to last, in milliseconds. */
  readonly sleepsMs: readonly number[];
}

export interface FakeClockOptions {
  /** The time at first, in milliseconds since the epoch. */
  nowMs?: number;
  /** What `random()` returns, always. */
  random?: number;
}

/** Noon on a day of no importance. */
export const NOON_MS: number = Date.parse('2026-11-22T12:00:00Z');

/** Creates a clock that jumps: a sleep ends at once, and that much later. */
export function createFakeClock({
  nowMs: startMs = NOON_MS,
  random = 0.5,
}: FakeClockOptions = {}): FakeClock {
  let nowMs = startMs;
  let timeouts: { atMs: number; controller: AbortController }[] = [];
  const sleepsMs: number[] = [];

  function advance(ms: number): void {
    nowMs += ms;
    const due = timeouts.filter(({ atMs }) => atMs <= nowMs);
    timeouts = timeouts.filter(({ atMs }) => atMs > nowMs);
    for (const { controller } of due) {
      controller.abort(new DOMException('The operation timed out', 'TimeoutError'));
    }
  }

  return {
    advance,
    sleepsMs,
    nowMs: () => nowMs,
    random: () => random,
    async sleep(ms, signal) {
      signal.throwIfAborted();
      sleepsMs.push(ms);
      advance(ms);
      signal.throwIfAborted();
    },
    timeout(ms) {
      const controller = new AbortController();
      timeouts.push({ atMs: nowMs + ms, controller });
      advance(0);
      return controller.signal;
    },
  };
}
