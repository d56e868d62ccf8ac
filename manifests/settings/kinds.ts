/** The kinds of values that settings have. */

import type { Kind, Raw } from './setting.ts';

/** Text that matches a pattern as a whole; `allowed` says in words what the pattern lets through. */
export function text(pattern: RegExp, allowed: string): Kind<string> {
  return {
    allowed,
    parse: (raw) => (typeof raw === 'string' && pattern.test(raw) ? raw : undefined),
  };
}

/** One of a few words. */
export function oneOf<const Word extends string>(...words: readonly Word[]): Kind<Word> {
  return {
    allowed: words.map((word) => `"${word}"`).join(' or '),
    parse: (raw) => words.find((word) => word === raw),
  };
}

/** A whole number within limits (both included), counted in `unit`. */
export function integer(limits: { min: number; max: number }, unit: string): Kind<number> {
  return {
    allowed: `a whole number of ${unit} from ${limits.min} to ${limits.max}`,
    parse: (raw) => {
      const value = typeof raw === 'string' && /^\d{1,15}$/.test(raw) ? Number(raw) : Number.NaN;
      return value >= limits.min && value <= limits.max ? value : undefined;
    },
  };
}

export const boolean: Kind<boolean> = {
  allowed: '"true" or "false"',
  parse: (raw) => (raw === 'true' ? true : raw === 'false' ? false : undefined),
};

/** A list whose order counts and whose items may repeat, such as a command's arguments. */
export function sequenceOf<Value>(item: Kind<Value>): Kind<Value[]> {
  return {
    allowed: `a list, each ${item.allowed}`,
    parse: (raw) => {
      const items = itemsOf(raw).map(item.parse);
      return items.every((value) => value !== undefined) ? (items as Value[]) : undefined;
    },
  };
}

/** A list without repetitions; on the command line its items are separated by commas. */
export function listOf<Value>(item: Kind<Value>, max = Number.POSITIVE_INFINITY): Kind<Value[]> {
  const most = Number.isFinite(max) ? ` of at most ${max}` : '';
  return {
    allowed: `a list${most}, without repetitions, each ${item.allowed}`,
    parse: (raw) => {
      const items = sequenceOf(item).parse(raw);
      const allowed = items !== undefined && items.length <= max;
      return allowed && new Set(items).size === items.length ? items : undefined;
    },
  };
}

function itemsOf(raw: Raw): readonly Raw[] {
  if (typeof raw === 'string') return raw === '' ? [] : raw.split(',');
  return Array.isArray(raw) ? raw : [raw];
}
