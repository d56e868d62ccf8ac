import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { EXIT_CODES } from '../contract.ts';
import { IdentityError } from '../errors.ts';

const SHELL = '/bin/sh';
const STDERR = 2;

/** Whether there is a shell; distroless images have none. */
export function exists(): boolean {
  return existsSync(SHELL);
}

/**
 * Runs a command line in the shell, without stdin and with its output on stderr. It is told to end
 * when the signal aborts.
 * @returns its exit code, or 128+N when signal N ended it
 * @throws IdentityError ERR_CANNOT_EXECUTE
 */
export async function run(
  commandLine: string,
  env: Record<string, string>,
  signal: AbortSignal,
): Promise<number> {
  return await new Promise<number>((resolve, reject) => {
    const stdio = ['ignore', STDERR, STDERR] as const;
    const child = spawn(SHELL, ['-c', commandLine], { env, stdio: [...stdio] });
    const end = () => child.kill();
    signal.addEventListener('abort', end, { once: true });
    child.once('error', (cause) => {
      const message = `Cannot execute ${SHELL}: ${cause.message}`;
      reject(new IdentityError('ERR_CANNOT_EXECUTE', message, { cause }));
    });
    child.once('exit', (code, endedBy) => {
      signal.removeEventListener('abort', end);
      const byName = endedBy === null ? 0 : constants.signals[endedBy];
      resolve(code ?? EXIT_CODES.signalBase + byName);
    });
  });
}
