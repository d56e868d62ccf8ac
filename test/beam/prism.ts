/** Beam's portable runner, as `go build` made it. */
import { join } from 'node:path';
import { freePorts } from '../interop/free-ports.ts';
import { prepared } from '../interop/prepared.ts';
import { type Running, start, waitForPort } from './running.ts';

export interface Prism {
  readonly running: Running;
  /** Where jobs are submitted, `HOST:PORT`. */
  readonly endpoint: string;
}

export async function startPrism(folder: string): Promise<Prism> {
  const [port = 0] = await freePorts(1);
  const command = join(prepared('beam', 'beam_go'), 'prism');
  const args = [`--job_port=${port}`, '--serve_http=false', '--log_kind=text'];
  const running = start(command, args, { env: withoutAws(folder), cwd: folder });
  await waitForPort(port, running);
  return { running, endpoint: `localhost:${port}` };
}

/** The environment of a process that has nothing to do with AWS. */
export function withoutAws(folder: string): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: folder };
}

/** Ends once the job has ended. */
export async function submit(
  command: string[],
  folder: string,
): Promise<{ exitCode: number | null; log: string }> {
  const [program = '', ...args] = command;
  const submitter = start(program, args, { env: withoutAws(folder), cwd: folder });
  const exitCode = await submitter.ended;
  return { exitCode, log: submitter.log() };
}
