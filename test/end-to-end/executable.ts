/** The shipped executable as a child process, and what it shows to the outside. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { PROGRAM } from '../../init/contract.ts';

export const EXECUTABLE: string = join(import.meta.dirname, '..', '..', 'dist', PROGRAM);

/** The most that any of these processes may take, on the busiest machine. */
const TIME_LIMIT_MS = 60_000;

export interface ExecutableOptions {
  /** The whole environment: nothing is inherited. */
  env: Record<string, string>;
  cwd: string;
  uid?: number;
  /** Default: the shipped one. */
  executable?: string;
}

/** How the process ended, and all that it and COMMAND wrote. */
export interface Ended {
  /** Null when a signal ended it. */
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunningExecutable {
  readonly pid: number;
  readonly stdin: Writable;
  readonly ended: Promise<Ended>;
  /** Resolves with the match once stdout has it; rejects when stdout ends without. */
  printed(pattern: RegExp): Promise<RegExpMatchArray>;
  /** The same of stderr, where the log goes. */
  logged(pattern: RegExp): Promise<RegExpMatchArray>;
  kill(signal: NodeJS.Signals): void;
  /** Ends the process and all that it started, at once. */
  destroy(): Promise<void>;
}

/** Starts the executable, in a process group of its own and with an open stdin. */
export function startExecutable(
  args: readonly string[],
  { env, cwd, uid, executable = EXECUTABLE }: ExecutableOptions,
): RunningExecutable {
  assert.ok(existsSync(executable), `${executable} is missing: build it with npm run build`);
  const user = uid === undefined ? {} : { uid, gid: uid };
  const child = spawn(executable, args, { env, cwd, detached: true, ...user });
  const soFar = () => `${stdout.text()}${stderr.text()}`;
  const stdout = collect(child.stdout, soFar);
  const stderr = collect(child.stderr, soFar);
  // COMMAND may end before it has read all of its stdin.
  child.stdin.on('error', () => {});
  const endGroup = () => killGroup(child.pid);
  const timer = setTimeout(endGroup, TIME_LIMIT_MS);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout: stdout.text(), stderr: stderr.text() });
    });
  });
  return {
    pid: child.pid ?? 0,
    stdin: child.stdin,
    ended,
    printed: stdout.shows,
    logged: stderr.shows,
    kill: (signal) => void child.kill(signal),
    async destroy() {
      endGroup();
      await ended;
    },
  };
}

interface Collected {
  text(): string;
  shows(pattern: RegExp): Promise<RegExpMatchArray>;
}

function collect(stream: Readable, soFar: () => string): Collected {
  let text = '';
  const lookers = new Set<(atEnd: boolean) => void>();
  const lookAgain = (atEnd: boolean) => {
    for (const look of lookers) look(atEnd);
  };
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    lookAgain(false);
  });
  stream.once('close', () => lookAgain(true));
  const shows = (pattern: RegExp) =>
    new Promise<RegExpMatchArray>((resolve, reject) => {
      const look = (atEnd: boolean) => {
        const match = text.match(pattern);
        if (!match && !atEnd) return;
        lookers.delete(look);
        if (match) resolve(match);
        else reject(new Error(`It ended without ${pattern}:\n${soFar()}`));
      };
      lookers.add(look);
      look(stream.closed);
    });
  return { text: () => text, shows };
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
