import { asIdentityError, IdentityError, type Retry } from '../errors.ts';
import type { Clock } from '../ports.ts';

const BASE_DELAY_MS = 500;
const MAX_DELAY_MS = 8_000;
const BRIEF_RETRIES = 3;
const LEAST_TIME_FOR_A_TRY_MS = 250;

export interface RetryOptions {
  /** When to stop trying, in milliseconds of the clock. */
  deadlineAtMs: number;
  clock: Clock;
  /** Ends everything at once, with its own reason. */
  signal: AbortSignal;
  onRetry?: (failure: IdentityError, delayMs: number) => void;
}

/**
 * Runs an operation until it succeeds, fails for good, or the deadline is reached; then throws
 * the last failure. Each try gets a signal that aborts at the deadline. Waits between tries grow
 * with full jitter (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter).
 */
export async function retry<T>(
  operation: (signal: AbortSignal) => Promise<T>,
  options: RetryOptions,
): Promise<T> {
  const { deadlineAtMs, clock, signal } = options;
  let lastFailure: IdentityError | undefined;
  let refusals = 0;
  for (let failures = 1; ; failures++) {
    signal.throwIfAborted();
    const deadline = clock.timeout(Math.max(0, deadlineAtMs - clock.nowMs()));
    try {
      return await operation(AbortSignal.any([signal, deadline]));
    } catch (error) {
      signal.throwIfAborted();
      // A try that the deadline cut short says less than the one before it.
      if (deadline.aborted && lastFailure !== undefined) throw lastFailure;
      const failure = deadline.aborted ? atDeadline(error) : asIdentityError(error);
      lastFailure = failure;
      refusals += Number(failure.retry === 'briefly');
      const leftMs = deadlineAtMs - clock.nowMs();
      if (!worthRetrying(failure.retry, refusals) || leftMs < LEAST_TIME_FOR_A_TRY_MS) {
        throw failure;
      }
      const delayMs = Math.min(retryDelayMs(failure.retry, failures, clock.random()), leftMs / 2);
      options.onRetry?.(failure, delayMs);
      await clock.sleep(delayMs, signal);
    }
  }
}

/**
 * How long to wait after the given number of failures, in milliseconds.
 * A refusal is retried slowly (IAM needs seconds), so its jitter never goes below half.
 */
export function retryDelayMs(kind: Retry, failures: number, random: number): number {
  const ceilingMs = Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** failures);
  return kind === 'briefly' ? ceilingMs * (0.5 + random / 2) : ceilingMs * random;
}

/** Refusals are counted apart: what failed before the first of them says nothing about it. */
function worthRetrying(kind: Retry, refusals: number): boolean {
  if (kind === 'briefly') return refusals <= BRIEF_RETRIES;
  return kind === 'until-deadline';
}

/** A wait that the deadline cut short is no bug of ours. */
function atDeadline(error: unknown): IdentityError {
  if (error instanceof IdentityError) return error;
  return new IdentityError('ERR_TEMPORARY', 'The deadline for the credentials was reached', {
    cause: error,
  });
}
