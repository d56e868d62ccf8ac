import { parseArgs } from 'node:util';
import { BEAM_SETUP_ONLY_FLAG, PROGRAM } from '../contract.ts';
import { IdentityError } from '../errors.ts';
import { nearestName } from './nearest-name.ts';
import { COMMANDS, type Command } from './option.ts';
import { OPTIONS, type OptionName, optionsOf } from './options.ts';

/** What the command line asks for. */
export type Invocation =
  | { kind: 'version' }
  | { kind: 'help'; command: Command | undefined }
  | { kind: 'command'; command: Command; flags: Flags; worker: readonly string[] };

/** One of our commands, with what was given to it. */
export type CommandLine = Extract<Invocation, { kind: 'command' }>;

/** The text of each option that was given as a flag. */
export type Flags = Readonly<Partial<Record<OptionName, string>>>;

/**
 * Reads the command line: `COMMAND [options] [-- WORKER [ARG…]]`. All after `--` is the worker's.
 * @param argv without the executable itself
 * @throws IdentityError ERR_USAGE for an unknown command or option, with the nearest known one
 */
export function parseInvocation(argv: readonly string[]): Invocation {
  const [first, ...rest] = argv;
  if (first === '--version') return { kind: 'version' };
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    return { kind: 'help', command: COMMANDS.find((command) => command === rest[0]) };
  }
  const command = COMMANDS.find((name) => name === first);
  if (command === undefined) throw unknown('command', first, COMMANDS);
  const separator = rest.indexOf('--');
  const own = separator === -1 ? rest : rest.slice(0, separator);
  const worker = separator === -1 ? [] : rest.slice(separator + 1);
  if (own.includes('--help') || own.includes('-h')) return { kind: 'help', command };
  const flags = parseFlags(command, own);
  if (command === 'run' && worker.length === 0) throw withoutWorker();
  if (command !== 'run' && separator !== -1) {
    throw usage(`${command} starts no command, so nothing may follow it after --`, command);
  }
  return { kind: 'command', command, flags, worker };
}

/** Tells whether Beam builds an image (Python pre-building), where no metadata server exists. */
export function isBeamSetup(worker: readonly string[]): boolean {
  return worker.some((argument) => BEAM_SETUP_ONLY_FLAG.test(argument));
}

function parseFlags(command: Command, argv: readonly string[]): Flags {
  const names = optionsOf(command);
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(names.map((name) => [OPTIONS[name].flag, optionKind(name)])),
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const flags: Partial<Record<OptionName, string>> = {};
  for (const token of tokens) {
    if (token.kind === 'positional') throw unexpected(command, token.value);
    if (token.kind !== 'option') continue;
    const name = names.find((known) => OPTIONS[known].flag === token.name);
    if (name === undefined || !token.rawName.startsWith('--')) {
      throw unknown(
        'option',
        token.rawName,
        names.map((known) => `--${OPTIONS[known].flag}`),
      );
    }
    flags[name] = joinRepeated(name, flags[name], textOf(name, token, command));
  }
  return flags;
}

function optionKind(name: OptionName): { type: 'string' | 'boolean'; multiple: true } {
  return { type: OPTIONS[name].placeholder === undefined ? 'boolean' : 'string', multiple: true };
}

/** A value of its own that looks like a flag is a forgotten value: `--audience=--x` means it. */
function textOf(
  name: OptionName,
  { value, inlineValue }: { value?: string | undefined; inlineValue?: boolean | undefined },
  command: Command,
): string {
  const { flag, placeholder } = OPTIONS[name];
  if (placeholder === undefined) return value ?? 'true';
  if (value === undefined || (!inlineValue && value.startsWith('--'))) {
    throw usage(`--${flag} needs a value: --${flag} ${placeholder}`, command);
  }
  return value;
}

function joinRepeated(name: OptionName, before: string | undefined, value: string): string {
  return OPTIONS[name].repeatable && before !== undefined ? `${before},${value}` : value;
}

function withoutWorker(): IdentityError {
  return new IdentityError('ERR_USAGE', 'run needs a command to start, after --', {
    hint: `${PROGRAM} run [options] -- COMMAND [ARG…]`,
  });
}

function unexpected(command: Command, argument: string): IdentityError {
  const hint = command === 'run' ? `${PROGRAM} run [options] -- COMMAND [ARG…]` : undefined;
  return usage(`Unexpected argument ${JSON.stringify(argument)}`, command, hint);
}

function unknown(what: string, given: string, known: readonly string[]): IdentityError {
  const near = nearestName(given, known);
  const hint =
    near === undefined
      ? `${PROGRAM} --help lists the commands; ${PROGRAM} COMMAND --help their options`
      : `did you mean ${near}?`;
  return new IdentityError('ERR_USAGE', `Unknown ${what} ${JSON.stringify(given)}`, { hint });
}

function usage(message: string, command: Command, hint?: string): IdentityError {
  return new IdentityError('ERR_USAGE', message, {
    hint: hint ?? `${PROGRAM} ${command} --help lists what it takes`,
  });
}
