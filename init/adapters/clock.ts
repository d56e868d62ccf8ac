import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../ports.ts';

/** The machine's own time and chance. */
export function createClock(): Clock {
  return {
    nowMs: () => Date.now(),
    sleep: async (ms, signal) => {
      await setTimeout(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
    },
    timeout: (ms) => AbortSignal.timeout(ms),
    random: () => Math.random(),
  };
}
