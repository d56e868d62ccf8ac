/** The Docker Engine and the images that prepare.sh found or made. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export const ROOT: string = join(import.meta.dirname, '../..');

export const DOCKER: string = prepared('DOCKER');
export const NODE_IMAGE: string = prepared('NODE_IMAGE');
export const GLIBC_IMAGE: string = prepared('GLIBC_IMAGE');
export const DEBIAN_IMAGE: string = prepared('DEBIAN_IMAGE');
/** Beam's Go image, or what takes its place; it has no shell. */
export const BEAM_GO_IMAGE: string = prepared('BEAM_GO_IMAGE');
/** Beam's images, whose boot is the recorder. */
export const RECORDER_IMAGES: Readonly<Record<'Go' | 'Python', string>> = {
  Go: prepared('BEAM_GO_RECORDER_IMAGE'),
  Python: prepared('BEAM_PYTHON_RECORDER_IMAGE'),
};
/** The path of Debian's docker-registry. */
export const REGISTRY: string = prepared('REGISTRY');

export interface Outcome {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the docker command to its end, whatever that is. */
export async function tryDocker(
  args: readonly string[],
  { cwd = ROOT, stdin = '' }: { cwd?: string; stdin?: string } = {},
): Promise<Outcome> {
  const started = spawn(DOCKER, args, { cwd });
  started.stdin.end(stdin);
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(started.stdout),
    text(started.stderr),
    once(started, 'close'),
  ]);
  return { exitCode, stdout, stderr };
}

/** As tryDocker, and returns standard output. Throws an Error with what it said when it fails. */
export async function docker(
  args: readonly string[],
  options: { cwd?: string; stdin?: string } = {},
): Promise<string> {
  const { exitCode, stdout, stderr } = await tryDocker(args, options);
  if (exitCode === 0) return stdout.trim();
  throw new Error(`docker ${args.join(' ')} ended with ${exitCode}:\n${stderr.slice(-4000)}`);
}

function prepared(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`${name} is not set: npm run test:image prepares this suite and runs it`);
}
