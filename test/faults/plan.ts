/** Which faults come when: drawn from a seed, so that a run can be repeated. */
import fc from 'fast-check';

export const FAULT_KINDS = ['gone', 'hangs', 'throttles', 'fails', 'is a web portal'] as const;
export const PLACES = ['metadata', 'sts', 'both'] as const;

export interface PlannedFault {
  startSeconds: number;
  endSeconds: number;
  place: (typeof PLACES)[number];
  kind: (typeof FAULT_KINDS)[number];
}

export interface PlanOptions {
  /** The same seed draws the same faults. */
  seed: number;
  /** How long faults of 10 to 40 seconds come and go. */
  randomSeconds: number;
  /** How long, after them, neither Google nor AWS is there. */
  outageSeconds: number;
}

const PAUSE_SECONDS = 10;

/** Faults in order, with pauses of 5 to 30 seconds between them and the long outage at the end. */
export function planFaults({ seed, randomSeconds, outageSeconds }: PlanOptions): PlannedFault[] {
  const faults: PlannedFault[] = [];
  let nowSeconds = 0;
  for (const { pauseSeconds, lastsSeconds, place, kind } of drawFaults(seed, randomSeconds)) {
    const startSeconds = nowSeconds + pauseSeconds;
    const endSeconds = startSeconds + lastsSeconds;
    if (endSeconds > randomSeconds) break;
    faults.push({ startSeconds, endSeconds, place, kind });
    nowSeconds = endSeconds;
  }
  const startSeconds = nowSeconds + PAUSE_SECONDS;
  const endSeconds = startSeconds + outageSeconds;
  return [...faults, { startSeconds, endSeconds, place: 'both', kind: 'gone' }];
}

/** More than fit. */
function drawFaults(seed: number, randomSeconds: number) {
  const drawn = fc.record({
    pauseSeconds: fc.integer({ min: 5, max: 30 }),
    lastsSeconds: fc.integer({ min: 10, max: 40 }),
    place: fc.constantFrom(...PLACES),
    kind: fc.constantFrom(...FAULT_KINDS),
  });
  return fc.sample(fc.noBias(drawn), { seed, numRuns: Math.ceil(randomSeconds / 15) });
}
