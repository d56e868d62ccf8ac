import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../ports.ts';

/** The machine's own time and chance. */
export function createClock(): Clock {
  return {
    nowMs: () => Date.now(),
    sleep: async (ms, signal) => {
      // The moment to wake at may have passed while `ms` was computed.
      const waitMs = Math.max(0, ms);
      await setTimeout(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    },
    timeout: (ms) => AbortSignal.timeout(ms),
    random: () => Math.random(),
  };
}
