import { asIdentityError, type IdentityError } from '../errors.ts';
import type { Clock, Credentials, CredentialsSink, Logger } from '../ports.ts';
import { nextRefreshAtMs, refreshBackoffMs } from './schedule.ts';

/** The longest sleep: a machine that was suspended notices the lost time within it. */
const MAX_SLEEP_MS = 30_000;

/** What is known now; the endpoint and `/healthz` answer from it. */
export interface CredentialState {
  credentials: Credentials | undefined;
  /** Why the last refresh failed; undefined after a success. */
  failure: IdentityError | undefined;
}

export interface RefreshPorts {
  /** Makes new credentials, with its own retries and deadline. */
  federate(signal: AbortSignal): Promise<Credentials>;
  sink: Pick<CredentialsSink, 'deliver'>;
  /** Called before each long sleep. */
  releaseMemory(): void;
  clock: Clock;
  log: Logger;
}

/**
 * Gets credentials, delivers them and notes them in the state; logs when they expire.
 * @throws IdentityError what federating or delivering threw; the state then holds the failure too
 */
export async function refreshOnce(
  state: CredentialState,
  { federate, sink, log }: RefreshPorts,
  signal: AbortSignal,
): Promise<void> {
  try {
    const credentials = await federate(signal);
    await sink.deliver(credentials);
    const first = state.credentials === undefined;
    state.credentials = credentials;
    state.failure = undefined;
    log.info(first ? 'Delivered AWS credentials' : 'Refreshed the AWS credentials', {
      expiration: credentials.expiration.toISOString(),
    });
  } catch (error) {
    signal.throwIfAborted();
    state.failure = asIdentityError(error);
    throw state.failure;
  }
}

/**
 * Keeps the state fresh until the signal aborts. A failed refresh leaves the old credentials in
 * place (they are good until they expire) and is tried again with growing pauses, for ever.
 */
export async function keepFresh(
  state: CredentialState,
  ports: RefreshPorts,
  signal: AbortSignal,
): Promise<void> {
  const { clock, log, releaseMemory } = ports;
  let failures = state.failure === undefined ? 0 : 1;
  while (!signal.aborted) {
    releaseMemory();
    await sleepUntil(nextAttemptAtMs(state, failures, clock), clock, signal);
    if (signal.aborted) return;
    try {
      await refreshOnce(state, ports, signal);
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      log.error(`Refresh failed, ${consequence(state, clock)}: ${asIdentityError(error).message}`, {
        code: asIdentityError(error).code,
        failures,
      });
    }
  }
}

function nextAttemptAtMs(state: CredentialState, failures: number, clock: Clock): number {
  if (failures > 0 || state.credentials === undefined) {
    return clock.nowMs() + refreshBackoffMs(Math.max(1, failures), clock.random());
  }
  return nextRefreshAtMs(state.credentials, clock.nowMs(), clock.random());
}

async function sleepUntil(atMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && clock.nowMs() < atMs) {
    const sliceMs = Math.min(MAX_SLEEP_MS, atMs - clock.nowMs());
    await clock.sleep(sliceMs, signal).catch(() => undefined);
  }
}

function consequence({ credentials }: CredentialState, clock: Clock): string {
  if (credentials === undefined) return 'and there are no credentials yet';
  const expiry = credentials.expiration.toISOString();
  return credentials.expiration.getTime() > clock.nowMs()
    ? `the present credentials last until ${expiry}`
    : `and the credentials expired at ${expiry}`;
}
