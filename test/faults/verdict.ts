/** Whether a consumer's read may have failed. */
import type { Issued } from './sts-gateway.ts';

export interface Read {
  startMs: number;
  endMs: number;
  error: string | undefined;
}

/**
 * The reads that failed although credentials which had been issued before they began were still good
 * when they ended. What fails while a consumer comes back from having had none does not count.
 * @param issued the credentials of this consumer
 * @param comebackMs how long it may take to come back once there are new credentials
 */
export function findUnexcusedFailures(reads: Read[], issued: Issued[], comebackMs: number): Read[] {
  return reads.filter((read) => {
    if (read.error === undefined) return false;
    const good = issued.filter(
      ({ atMs, expirationMs }) => atMs <= read.startMs && expirationMs > read.endMs,
    );
    const first = good[0];
    return first !== undefined && !isComeback(first, issued, read, comebackMs);
  });
}

/** Whether the good credentials are new, and the ones before them had expired. */
function isComeback(first: Issued, issued: Issued[], read: Read, comebackMs: number): boolean {
  const before = issued.filter(({ atMs }) => atMs < first.atMs).at(-1);
  const hadNone = before !== undefined && before.expirationMs < first.atMs;
  return hadNone && read.endMs < first.atMs + comebackMs;
}
