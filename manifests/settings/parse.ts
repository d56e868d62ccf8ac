/** Checks a values tree against the settings table. Pure; reports every problem at once. */

import { closest } from 'fastest-levenshtein';
import {
  isMapping,
  isSetting,
  listSettings,
  type Raw,
  type RawMapping,
  type Section,
  type Setting,
  type ValuesOf,
} from './setting.ts';

/** Raised with every problem of the settings; each names the key, the value and what is allowed. */
export class SettingsError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

/**
 * Turns a values tree into typed settings, with defaults where nothing is given.
 *
 * `what` names the rendering, for the settings that only some renderings require.
 * Throws SettingsError with every problem: unknown keys, values not allowed, required ones missing.
 */
export function parseSettings<const Table extends Section>(
  table: Table,
  values: RawMapping,
  what: string,
): ValuesOf<Table> {
  const problems: string[] = [];
  const known = listSettings(table).map(([key]) => key);

  function parseSection(section: Section, raw: RawMapping, prefix: string): object {
    const unknown = Object.keys(raw).filter((name) => !Object.hasOwn(section, name));
    problems.push(...unknown.map((name) => describeUnknown(prefix, name, section, known)));
    const entries = Object.entries(section).map(([name, node]) => {
      const given = Object.hasOwn(raw, name) ? raw[name] : undefined;
      return [name, parseNode(node, given, `${prefix}${name}`)];
    });
    return Object.fromEntries(entries);
  }

  function parseNode(node: Setting<unknown> | Section, raw: Raw | undefined, key: string): unknown {
    if (isSetting(node)) return parseSetting(node, raw, key);
    if (isMapping(raw)) return parseSection(node, raw, `${key}.`);
    if (!isAbsent(raw)) problems.push(`${key}: ${show(raw)} is not allowed; must be a mapping`);
    return parseSection(node, {}, `${key}.`);
  }

  function parseSetting(setting: Setting<unknown>, raw: Raw | undefined, key: string): unknown {
    const value = isAbsent(raw) ? setting.default : setting.kind.parse(raw);
    if (value === undefined) {
      problems.push(`${key}: ${show(raw)} is not allowed; must be ${setting.kind.allowed}`);
    } else if (isEmpty(value) && setting.requiredBy?.includes(what)) {
      problems.push(`${key}: required by ${what}; must be ${setting.kind.allowed}`);
    }
    return value;
  }

  const settings = parseSection(table, values, '');
  if (problems.length > 0) throw new SettingsError(problems);
  return settings as ValuesOf<Table>;
}

/** An empty value in YAML (`key:`) is the same as none, so that a commented-out value is harmless. */
function isAbsent(raw: Raw | undefined): raw is '' | undefined {
  return raw === undefined || raw === '';
}

function isEmpty(value: unknown): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0);
}

function show(raw: Raw | undefined): string {
  return JSON.stringify(raw);
}

/** Names the nearest known key: first among its neighbours, then anywhere by its last part. */
function describeUnknown(
  prefix: string,
  name: string,
  section: Section,
  known: readonly string[],
): string {
  const candidates = [
    ...Object.keys(section).map((neighbour) => `${prefix}${neighbour}`),
    ...known,
  ];
  const byLastPart = new Map<string, string>();
  for (const key of candidates) {
    const lastPart = key.slice(key.lastIndexOf('.') + 1);
    if (!byLastPart.has(lastPart)) byLastPart.set(lastPart, key);
  }
  const nearest = byLastPart.get(closest(name, [...byLastPart.keys()]));
  return `${prefix}${name}: unknown key; did you mean ${nearest}?`;
}
