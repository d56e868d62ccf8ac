import { constants } from 'node:os';
import { EXIT_CODES } from '../contract.ts';

const ENDING_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const;

export interface Ending {
  /** Aborts when the process is told to end. */
  signal: AbortSignal;
  /** 128+N of the signal that told it first; undefined before. */
  exitCode(): number | undefined;
}

/** Takes the signals that end a process, so that it ends in its own way. */
export function watchEndingSignals(): Ending {
  const controller = new AbortController();
  let number: number | undefined;
  for (const name of ENDING_SIGNALS) {
    process.once(name, () => {
      number ??= constants.signals[name];
      controller.abort();
    });
  }
  const exitCode = () => (number === undefined ? undefined : EXIT_CODES.signalBase + number);
  return { signal: controller.signal, exitCode };
}
