/** The command line of `npm run render`. Pure: arguments in, a request or a usage error out. */

import { parseArgs } from 'node:util';
import type { Renderer } from './renderers.ts';
import { listSettings, type Section, type Setting } from './settings/setting.ts';

/** Raised for an unknown rendering or option; its message says what is allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type RenderRequest = {
  readonly what: string;
  readonly teardown: boolean;
  /** Path of the values file. */
  readonly values?: string;
  /** `key.path=value` assignments, in order. */
  readonly assignments: readonly string[];
  /** Folder to write to; standard output without it. */
  readonly output?: string;
};

const ASSIGNMENT = /^[^=.]+(\.[^=.]+)*=/;

type Registry = { readonly [what: string]: Renderer };

/** Parses arguments; returns 'help' when asked for it. Throws UsageError. */
export function parseCommandLine(
  args: readonly string[],
  renderers: Registry,
): RenderRequest | 'help' {
  const { values, positionals } = parseOptions(args);
  if (values.help) return 'help';
  const [what, ...rest] = positionals;
  const known = `must be one of: ${Object.keys(renderers).join(', ')}`;
  if (what === undefined) throw new UsageError(`WHAT is missing; ${known}`);
  if (!Object.hasOwn(renderers, what)) throw new UsageError(`WHAT: "${what}" is unknown; ${known}`);
  if (rest.length > 0) throw new UsageError(`WHAT: one at a time; "${rest.join(' ')}" is too much`);
  if (values.teardown && renderers[what]?.renderTeardown === undefined) {
    throw new UsageError(`--teardown: ${what} has none`);
  }
  const assignments = values.set ?? [];
  const malformed = assignments.filter((assignment) => !ASSIGNMENT.test(assignment));
  if (malformed.length > 0) {
    throw new UsageError(malformed.map((it) => `--set ${it}: must be key.path=value`).join('\n'));
  }
  return {
    what,
    teardown: values.teardown ?? false,
    assignments,
    ...(values.values === undefined ? {} : { values: values.values }),
    ...(values.output === undefined ? {} : { output: values.output }),
  };
}

/** Builds the usage text, with every rendering and every setting. */
export function formatUsage(renderers: Registry, table: Section): string {
  const whats = Object.entries(renderers).map(([name, { help }]) => [name, help] as const);
  const settings = listSettings(table).map(([key, it]) => [key, describeSetting(it)] as const);
  return `Usage: npm run render -- WHAT [--values FILE] [--set key.path=value …] [--output DIR] [--teardown]

WHAT
${formatColumns(whats)}

Options
${formatColumns([
  ['--values FILE', 'YAML file with settings'],
  ['--set KEY=VALUE', "one setting; beats the file; a list's items are separated by commas"],
  ['--output DIR', 'write files there; without it, text goes to standard output'],
  ['--teardown', 'render what undoes WHAT'],
])}

Settings
${formatColumns(settings)}
`;
}

function parseOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        values: { type: 'string' },
        set: { type: 'string', multiple: true },
        output: { type: 'string' },
        teardown: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function describeSetting({ help, default: value, requiredBy }: Setting<unknown>): string {
  const isGiven = value !== '' && !(Array.isArray(value) && value.length === 0);
  const notes = [
    ...(isGiven ? [`default: ${value}`] : []),
    ...(requiredBy === undefined ? [] : [`required by ${requiredBy.join(', ')}`]),
  ];
  return notes.length === 0 ? help : `${help} (${notes.join('; ')})`;
}

function formatColumns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}
