import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { executable } from './executable.ts';

/**
 * Runs the executable until it ends.
 * @param environment all of it
 * @returns its exit code, and what it and its command wrote to standard error
 */
export async function runToEnd(
  args: string[],
  environment: Record<string, string>,
): Promise<{ exitCode: number | null; log: string }> {
  const stdio: ['ignore', 'ignore', 'pipe'] = ['ignore', 'ignore', 'pipe'];
  const started = spawn(executable(), args, { env: environment, stdio });
  const [[exitCode], log] = await Promise.all([once(started, 'exit'), text(started.stderr)]);
  return { exitCode, log };
}
