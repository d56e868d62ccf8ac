import type { Parser } from './values.ts';

export const COMMANDS = ['run', 'init', 'serve', 'credential-process', 'doctor'] as const;
export type Command = (typeof COMMANDS)[number];

/** One option: its flag, the variables and the metadata attribute behind it, and what it takes. */
export interface Option<T> {
  flag: string;
  /** In order of precedence. */
  variables: readonly string[];
  attribute?: string;
  /** What the value is called in the help; options without one are switches. */
  placeholder?: string;
  parse: Parser<T>;
  /** What `parse` accepts, in words. */
  allowed: string;
  help: string;
  commands: readonly Command[];
  /** May be given more than once; the values are joined with commas. */
  repeatable?: true;
}

/** An option that every command takes, unless it says which. */
export function option<T>(given: Omit<Option<T>, 'commands'> & Partial<Option<T>>): Option<T> {
  return { commands: COMMANDS, ...given };
}
