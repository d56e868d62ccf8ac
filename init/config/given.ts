import { VARIABLES } from '../contract.ts';
import type { Environment } from '../ports.ts';
import type { Flags } from './arguments.ts';
import { nearestName } from './nearest-name.ts';
import type { Command, Option } from './option.ts';
import { OPTIONS, type OptionName, type OptionValue, optionsOf } from './options.ts';

/** The values that were given, each with where it came from; nothing is assumed yet. */
export interface Given {
  values: { [Name in OptionName]?: OptionValue<Name> };
  /** `--flag`, a variable's name, or a metadata attribute. */
  sources: { [Name in OptionName]?: string };
  /** One line each, naming the option, the value and what is allowed. */
  problems: string[];
}

const LONGEST_QUOTE = 80;

/**
 * Reads a command's options from flags and environment; a flag beats a variable, and an empty
 * variable counts as unset (an image's default may stay empty). Collects every problem.
 */
export function readGiven(command: Command, flags: Flags, env: Environment): Given {
  const given: Given = { values: {}, sources: {}, problems: [] };
  for (const name of optionsOf(command)) {
    const option = OPTIONS[name];
    const flag = flags[name];
    if (flag !== undefined) {
      noteValue(given, name, flag, `--${option.flag}`);
      continue;
    }
    const variable = option.variables.find((candidate) => env[candidate]);
    if (variable !== undefined) noteValue(given, name, env[variable] ?? '', variable);
  }
  given.problems.push(...metadataHostProblems(env));
  return given;
}

function metadataHostProblems(env: Environment): string[] {
  const host = env[VARIABLES.metadataHost];
  if (!host || URL.canParse(host.includes('://') ? host : `http://${host}`)) return [];
  return [
    `${VARIABLES.metadataHost} is ${quote(host)}; allowed: a host, with a port if it needs one`,
  ];
}

/** Parses one option's text into `given`, or notes the problem there. */
export function noteValue(given: Given, name: OptionName, text: string, source: string): void {
  const option: Option<unknown> = OPTIONS[name];
  const value = option.parse(text);
  if (value === undefined) {
    given.problems.push(describeProblem(option, text, source));
    return;
  }
  Object.assign(given.values, { [name]: value });
  given.sources[name] = source;
}

function describeProblem({ flag, allowed }: Option<unknown>, text: string, source: string): string {
  const from = source === `--${flag}` ? '' : ` (from ${source})`;
  return `--${flag}${from} is ${quote(text)}; allowed: ${allowed}`;
}

function quote(text: string): string {
  return JSON.stringify(text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text);
}

const OWN_PREFIX = 'AWS_IDENTITY_';

/** Warnings of variables that look like ours and are none: most likely mistyped, so without effect. */
export function unknownVariables(env: Environment): string[] {
  const known: string[] = Object.values(VARIABLES).filter((name) => name.startsWith(OWN_PREFIX));
  return Object.keys(env)
    .filter((name) => name.startsWith(OWN_PREFIX) && !known.includes(name))
    .map(
      (name) =>
        `${name} is no variable of this program; did you mean ${nearestName(name, known) ?? known.join(', ')}?`,
    );
}
