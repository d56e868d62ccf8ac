import { IdentityError } from '../errors.ts';
import { retry } from '../identity/retry.ts';
import type { Patience } from './ports.ts';

/**
 * Tries an operation until the deadline, as `run` does, but takes the first refusal for an answer:
 * who diagnoses can ask again, and does not want to wait for IAM to change its mind.
 * @throws IdentityError the last failure
 */
export async function tryUntilDeadline<T>(
  operation: (signal: AbortSignal) => Promise<T>,
  { deadlineMs, clock, signal }: Patience,
): Promise<T> {
  const once = async (trySignal: AbortSignal) => {
    try {
      return await operation(trySignal);
    } catch (error) {
      throw final(error);
    }
  };
  return await retry(once, { deadlineAtMs: clock.nowMs() + deadlineMs, clock, signal });
}

function final(error: unknown): unknown {
  if (!(error instanceof IdentityError) || error.retry !== 'briefly') return error;
  const { code, message, hint, cause } = error;
  return new IdentityError(code, message, { hint, cause, retry: 'never' });
}
