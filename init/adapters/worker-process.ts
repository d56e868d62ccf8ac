import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { constants as osConstants } from 'node:os';
import { delimiter, join } from 'node:path';
import { EXIT_CODES } from '../contract.ts';
import { IdentityError } from '../errors.ts';
import type { Environment } from '../ports.ts';

const FORWARDED_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;
/** On a terminal, Ctrl-C reaches COMMAND too: passed on, it would arrive twice. */
const SENT_BY_TERMINALS: ReadonlySet<string> = new Set(['SIGINT', 'SIGQUIT']);
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';

const CHECK_EXECUTABLE =
  'check its mode, its CPU architecture, and its first line if it is a script';

/** COMMAND as it will be executed. */
export interface WorkerCommand {
  /** The path of the program. */
  file: string;
  /** argv of the program, its name as it was given first. */
  argv: readonly string[];
}

/**
 * Finds COMMAND before anything else is done, as a shell would: by PATH unless it has a slash.
 * @throws IdentityError ERR_NOT_FOUND (127) or ERR_CANNOT_EXECUTE (126)
 */
export function findCommand(argv: readonly string[], path: string | undefined): WorkerCommand {
  const name = argv[0] ?? '';
  const candidates = name.includes('/')
    ? [name]
    : (path ?? DEFAULT_PATH).split(delimiter).map((directory) => join(directory || '.', name));
  const states = candidates.map(executableState);
  const file = candidates[states.indexOf('executable')];
  if (file !== undefined && name !== '') return { file, argv };
  if (states.includes('present')) {
    throw new IdentityError(
      'ERR_CANNOT_EXECUTE',
      `Cannot execute ${name}: it is not an executable file`,
      { hint: CHECK_EXECUTABLE },
    );
  }
  throw new IdentityError('ERR_NOT_FOUND', `Cannot find the command ${JSON.stringify(name)}`, {
    hint: name.includes('/') ? undefined : 'it is in no directory of PATH',
  });
}

/** Replaces this process by COMMAND: same pid, nothing stays resident. Returns only by throwing. */
export function becomeCommand(command: WorkerCommand, env: Environment): never {
  resetIgnoredSignals();
  try {
    if (process.execve === undefined) throw new Error('this runtime cannot replace itself');
    process.execve(command.file, command.argv, env);
  } catch (error) {
    throw cannotExecute(command, error);
  }
  throw cannotExecute(command, new Error('it returned'));
}

/**
 * Starts COMMAND with inherited stdio, forwards signals to it, and waits for its end.
 * @returns its exit code, or 128+N when signal N ended it
 */
export async function runCommand(
  command: WorkerCommand,
  env: Record<string, string>,
): Promise<number> {
  // Before COMMAND starts: it may be told to end as soon as it lives.
  const forward = (signal: NodeJS.Signals) => {
    if (!(process.stdin.isTTY && SENT_BY_TERMINALS.has(signal))) child.kill(signal);
  };
  for (const signal of FORWARDED_SIGNALS) process.on(signal, forward);
  const child = startChild(command, env);
  return await new Promise<number>((resolve, reject) => {
    child.once('error', (error) => reject(cannotExecute(command, error)));
    child.once('exit', (code, signal) => resolve(exitCodeOf(code, signal)));
  }).finally(() => {
    for (const signal of FORWARDED_SIGNALS) process.off(signal, forward);
  });
}

/** Node tells by an event that it cannot start a program, Bun by throwing. */
function startChild(command: WorkerCommand, env: Environment): ChildProcess {
  const [argv0 = command.file, ...args] = command.argv;
  try {
    return spawn(command.file, args, { argv0, env, stdio: 'inherit' });
  } catch (error) {
    throw cannotExecute(command, error);
  }
}

/**
 * The runtime ignores these signals, and execve(2) passes an ignored signal on; one that is handled
 * becomes default again.
 */
function resetIgnoredSignals(): void {
  for (const signal of ['SIGPIPE', 'SIGXFSZ'] as const) process.on(signal, () => {});
}

function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
  if (signal !== null) return EXIT_CODES.signalBase + osConstants.signals[signal];
  return code ?? EXIT_CODES.internal;
}

function executableState(file: string): 'executable' | 'present' | 'absent' {
  try {
    if (!statSync(file).isFile()) return 'present';
  } catch {
    return 'absent';
  }
  try {
    accessSync(file, constants.X_OK);
    return 'executable';
  } catch {
    return 'present';
  }
}

function cannotExecute({ file }: WorkerCommand, error: unknown): IdentityError {
  const reason = error instanceof Error ? error.message : String(error);
  return new IdentityError('ERR_CANNOT_EXECUTE', `Cannot execute ${file}: ${reason}`, {
    cause: error,
    hint: CHECK_EXECUTABLE,
  });
}
