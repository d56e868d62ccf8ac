/** For what happens soon, but nobody says when. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

const LIMIT_MS = 30_000;
const PAUSE_MS = 50;

/**
 * Looks again and again until there is something to see.
 * @param look returns undefined or false as long as there is not
 * @throws AssertionError naming what did not happen within 30 seconds
 */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const endMs = Date.now() + LIMIT_MS;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() > endMs) assert.fail(`${what}: not within ${LIMIT_MS / 1000} seconds`);
    await sleep(PAUSE_MS);
  }
}
