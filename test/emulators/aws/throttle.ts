/** A limit on requests per second, as AWS applies to an account. */

/**
 * A function that says whether one more request may pass: at most `perSecond` within any second.
 * Refused requests do not count.
 */
export function createThrottle(perSecond: number, now: () => number): () => boolean {
  let passedMs: number[] = [];
  return () => {
    passedMs = passedMs.filter((ms) => ms > now() - 1000);
    if (passedMs.length >= perSecond) return false;
    passedMs.push(now());
    return true;
  };
}
