/** Processes of a Beam job: prism, a worker pool, the program that submits the pipeline. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Running {
  log(): string;
  /** The exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Ends the process and all that it started. */
  kill(): Promise<void>;
}

export interface StartOptions {
  env: Record<string, string>;
  /** Where it works: Beam's boot writes into it. */
  cwd: string;
}

/** Starts a process as the head of a group: Beam's Go worker stays when its boot is killed. */
export function start(command: string, args: string[], { env, cwd }: StartOptions): Running {
  const child = spawn(command, args, {
    env,
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      log += chunk;
    });
  }
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  return { log: () => log, ended, kill: () => killGroup(child, ended) };
}

async function killGroup(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  try {
    process.kill(-(child.pid ?? 0), 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  await ended;
}

/** Resolves when the port answers; rejects when the process ends first, or after a minute. */
export async function waitForPort(port: number, process: Running): Promise<void> {
  const ended = process.ended.then((code) => ({ code }));
  for (let tries = 0; tries < 300; tries += 1) {
    if (await answers(port)) return;
    const early = await Promise.race([ended, sleep(200)]);
    if (early) throw new Error(`the process ended with ${early.code}:\n${process.log()}`);
  }
  throw new Error(`nothing listens on port ${port}:\n${process.log()}`);
}

async function answers(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
