/** The Python SDK's own boot as a worker pool under the program, and a Python pipeline for it. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { executable } from '../interop/executable.ts';
import { prepared } from '../interop/prepared.ts';
import type { Surroundings } from '../interop/surroundings.ts';
import { type Running, start } from './running.ts';

const POOL_MODULE = 'apache_beam.runners.worker.worker_pool_main';

function pythonFolder(): string {
  return join(prepared('beam', 'beam_python'), 'bin');
}

/**
 * Starts `dataflow-aws-identity run [options] -- python -m …worker_pool_main`: what Python's boot
 * does for `--worker_pool`, but with a port of our own and boot where it was built.
 */
export async function startPythonPool(
  { environment, folder }: Surroundings,
  port: number,
  options: string[],
): Promise<Running> {
  const bin = pythonFolder();
  const boot = join(prepared('beam', 'beam_go'), 'python-boot');
  const pool = [
    'python',
    '-m',
    POOL_MODULE,
    `--service_port=${port}`,
    `--container_executable=${boot}`,
  ];
  const args = ['run', '--log-format', 'text', ...options, '--', ...pool];
  const home = await mkdtemp(join(folder, 'pool-'));
  const env = {
    ...environment,
    HOME: home,
    // Boot starts `python`, which in Beam's image is the one with the SDK; no other is made for it.
    PATH: `${bin}:${environment['PATH']}`,
    RUN_PYTHON_SDK_IN_DEFAULT_ENVIRONMENT: '1',
  };
  return start(executable(), args, { env, cwd: home });
}

/** The command that submits the pipeline and waits for its end. */
export function buildPythonSubmission(
  endpoint: string,
  poolPort: number,
  { input, output }: { input: string; output: string },
): string[] {
  return [
    ...[join(pythonFolder(), 'python'), join(import.meta.dirname, 'python', 'pipeline.py')],
    ...['--runner=PortableRunner', `--job_endpoint=${endpoint}`],
    ...['--environment_type=EXTERNAL', `--environment_config=localhost:${poolPort}`],
    ...[`--input=${input}`, `--output=${output}`],
  ];
}
