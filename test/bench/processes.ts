/** Whole processes, timed from outside. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

export type Environment = Record<string, string>;

export interface Timing {
  medianMs: number;
  /** Of all runs; undefined where GNU time is not installed. */
  peakMebibytes: number | undefined;
}

/** Runs a command several times, after one run that does not count. Throws when it fails. */
export function timeCommand(command: readonly string[], env: Environment, runs: number): Timing {
  runOnce(command, env);
  const results = Array.from({ length: runs }, () => runOnce(command, env));
  return {
    medianMs: percentile(
      results.map(({ elapsedMs }) => elapsedMs),
      0.5,
    ),
    peakMebibytes: peakMebibytes(command, env),
  };
}

/** The value below which a share of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The resident memory of a running process, in MiB. */
export function residentMebibytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** Starts a command and waits for its end: its exit code, and how long it took. */
export async function finish(
  command: readonly string[],
  env: Environment,
): Promise<{ code: number; elapsedMs: number }> {
  const [file = '', ...args] = command;
  const start = performance.now();
  const child = spawn(file, args, { env, stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  return { code, elapsedMs: performance.now() - start };
}

function runOnce([file = '', ...args]: readonly string[], env: Environment) {
  const start = performance.now();
  const { status, stderr } = spawnSync(file, args, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return { elapsedMs: performance.now() - start };
}

function peakMebibytes(command: readonly string[], env: Environment): number | undefined {
  const { stderr, error } = spawnSync('/usr/bin/time', ['-f', '%M', ...command], {
    env,
    encoding: 'utf8',
  });
  return error ? undefined : Number(stderr.trim().split('\n').at(-1)) / 1024;
}
