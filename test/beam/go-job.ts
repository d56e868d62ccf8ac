/** The Go SDK's own boot as a worker pool under the program, and a Go pipeline for it. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { executable } from '../interop/executable.ts';
import { prepared } from '../interop/prepared.ts';
import type { Surroundings } from '../interop/surroundings.ts';
import { type Running, start, waitForPort } from './running.ts';

export interface GoJob {
  input: string;
  output: string;
  /** How long the pipeline spends on each line, as Go writes durations. */
  hold: string;
}

/** Fixed in boot. */
export const GO_POOL_PORT = 50_000;

/** Starts `dataflow-aws-identity run [options] -- boot --worker_pool`, with a home of its own. */
export async function startGoPool(
  { environment, folder }: Surroundings,
  options: string[],
): Promise<Running> {
  const boot = join(prepared('beam', 'beam_go'), 'boot');
  const args = ['run', '--log-format', 'text', ...options, '--', boot, '--worker_pool'];
  const home = await mkdtemp(join(folder, 'pool-'));
  return start(executable(), args, { env: { ...environment, HOME: home }, cwd: home });
}

export function waitForGoPool(pool: Running): Promise<void> {
  return waitForPort(GO_POOL_PORT, pool);
}

/** The command that submits the pipeline and waits for its end. */
export function buildGoSubmission(endpoint: string, { input, output, hold }: GoJob): string[] {
  const pipeline = join(prepared('beam', 'beam_go'), 'pipeline');
  return [
    ...[pipeline, '--runner=universal', `--endpoint=${endpoint}`, `--worker_binary=${pipeline}`],
    ...['--environment_type=EXTERNAL', `--environment_config=localhost:${GO_POOL_PORT}`],
    ...[`--input=${input}`, `--output=${output}`, `--hold=${hold}`],
  ];
}
