import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { IdentityError } from '../../../init/errors.ts';
import { retry, retryDelayMs } from '../../../init/identity/retry.ts';
import { createFakeClock, NOON_MS } from '../fake-clock.ts';

const NEVER = new AbortController().signal;
const temporary = new IdentityError('ERR_TEMPORARY', 'STS is failing');
const refused = new IdentityError('ERR_TRUST_REJECTED', 'AccessDenied');
const misconfigured = new IdentityError('ERR_CONFIG', 'RegionDisabled');

/** An operation that fails with each of the failures in turn, then succeeds. */
function failingWith(failures: readonly unknown[]) {
  const operation = async () => {
    const failure = failures[operation.tries++];
    if (failure !== undefined) throw failure;
    return 'done';
  };
  operation.tries = 0;
  return operation;
}

function optionsFor(deadlineMs: number, random = 0.5) {
  const clock = createFakeClock({ random });
  return { clock, deadlineAtMs: NOON_MS + deadlineMs, signal: NEVER };
}

describe('retry', () => {
  test('returns the first success without waiting', async () => {
    const options = optionsFor(45_000);
    assert.equal(await retry(failingWith([]), options), 'done');
    assert.deepEqual(options.clock.sleepsMs, []);
  });

  test('repeats a temporary failure with growing waits and tells of each', async () => {
    const options = optionsFor(45_000);
    const told: [string, number][] = [];
    const onRetry = (failure: IdentityError, delayMs: number) => {
      told.push([failure.code, delayMs]);
    };
    await retry(failingWith(Array(5).fill(temporary)), { ...options, onRetry });
    assert.deepEqual(options.clock.sleepsMs, [500, 1000, 2000, 4000, 4000]);
    assert.deepEqual(
      told,
      options.clock.sleepsMs.map((ms) => ['ERR_TEMPORARY', ms]),
    );
  });

  test('throws a final failure at once and tries nothing again', async () => {
    const options = optionsFor(45_000);
    const operation = failingWith([misconfigured]);
    await assert.rejects(retry(operation, options), misconfigured);
    assert.equal(operation.tries, 1);
    assert.deepEqual(options.clock.sleepsMs, []);
  });

  test('gives a refusal three more tries, then throws it', async () => {
    const operation = failingWith(Array(9).fill(refused));
    await assert.rejects(retry(operation, optionsFor(600_000)), refused);
    assert.equal(operation.tries, 4);
  });

  test('gives a refusal its tries also after many failures of another kind', async () => {
    const operation = failingWith([...Array(6).fill(temporary), refused, refused]);
    assert.equal(await retry(operation, optionsFor(600_000)), 'done');
  });

  test('throws the last failure when the deadline is reached, never later', async () => {
    for (const random of [0, 0.5, 0.999]) {
      const options = optionsFor(45_000, random);
      const last = new IdentityError('ERR_TEMPORARY', 'still failing');
      let tries = 0;
      const operation = async () => {
        options.clock.advance(100);
        throw ++tries < 4 ? temporary : last;
      };
      await assert.rejects(retry(operation, options), last);
      assert.ok(options.clock.nowMs() <= NOON_MS + 45_000);
    }
  });

  test('aborts a try that hangs at the deadline and throws the failure before it', async () => {
    const options = optionsFor(10_000);
    let tries = 0;
    const operation = async (signal: AbortSignal) => {
      if (++tries === 1) throw temporary;
      options.clock.advance(10_000);
      signal.throwIfAborted();
    };
    await assert.rejects(retry(operation, options), temporary);
    assert.equal(tries, 2);
  });

  test('calls a first try that hangs temporary, not a bug', async () => {
    const options = optionsFor(10_000);
    const operation = async (signal: AbortSignal) => {
      options.clock.advance(10_000);
      signal.throwIfAborted();
    };
    await assert.rejects(retry(operation, options), { code: 'ERR_TEMPORARY', exitCode: 75 });
  });

  test('calls what nobody foresaw a bug and tries nothing again', async () => {
    const operation = failingWith([new TypeError('x is not a function')]);
    await assert.rejects(retry(operation, optionsFor(45_000)), {
      code: 'ERR_INTERNAL',
      exitCode: 70,
    });
    assert.equal(operation.tries, 1);
  });

  test('ends with the reason of its signal, before a try and between tries', async () => {
    const reason = new Error('told to end');
    const operation = failingWith([temporary]);
    const aborted = AbortSignal.abort(reason);
    await assert.rejects(retry(operation, { ...optionsFor(45_000), signal: aborted }), reason);
    assert.equal(operation.tries, 0);

    const ending = new AbortController();
    const onRetry = () => ending.abort(reason);
    const options = { ...optionsFor(45_000), signal: ending.signal, onRetry };
    await assert.rejects(retry(operation, options), reason);
    assert.equal(operation.tries, 1);
  });
});

describe('retryDelayMs', () => {
  const failures = fc.integer({ min: 1, max: 100 });
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  test('has full jitter up to eight seconds', () => {
    fc.assert(
      fc.property(failures, random, (count, chance) => {
        const delayMs = retryDelayMs('until-deadline', count, chance);
        assert.ok(delayMs >= 0 && delayMs <= Math.min(8000, 500 * 2 ** count));
      }),
    );
  });

  test('waits at least half as long as it may after a refusal', () => {
    fc.assert(
      fc.property(failures, random, (count, chance) => {
        const delayMs = retryDelayMs('briefly', count, chance);
        const ceilingMs = Math.min(8000, 500 * 2 ** count);
        assert.ok(delayMs >= ceilingMs / 2 && delayMs <= ceilingMs);
      }),
    );
  });
});
