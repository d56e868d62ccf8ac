import type { Credentials } from '../ports.ts';

const MARGIN_MS = 20 * 60_000;
const JITTER = 0.1;
const FIRST_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 60_000;

/**
 * When to refresh credentials that arrived just now: at half of their lifetime or 20 minutes
 * before they expire, whichever comes first, but never in the first quarter; up to a tenth
 * earlier, so that workers started together do not refresh together. botocore asks on every request
 * once less than 15 minutes are left, so what is handed out should always have more.
 * @param nowMs the time now, in milliseconds
 * @param random a number in [0, 1)
 * @returns the time to refresh at, in milliseconds
 */
export function nextRefreshAtMs(
  { expiration }: Pick<Credentials, 'expiration'>,
  nowMs: number,
  random: number,
): number {
  const lifetimeMs = Math.max(0, expiration.getTime() - nowMs);
  const afterMs = Math.max(Math.min(lifetimeMs / 2, lifetimeMs - MARGIN_MS), lifetimeMs / 4);
  return nowMs + afterMs * (1 - JITTER * random);
}

/**
 * How long to wait after a number of failed refreshes in a row, in milliseconds: doubling from one
 * second to one minute, with jitter between half and the whole of it.
 */
export function refreshBackoffMs(failures: number, random: number): number {
  const ceilingMs = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (failures - 1));
  return ceilingMs * (0.5 + random / 2);
}
