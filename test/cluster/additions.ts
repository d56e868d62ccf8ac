/** What one object has more than another: the way these suites look at a mutation. */

import { isDeepStrictEqual } from 'node:util';

export type Difference = {
  /** New values by path; items of a list are named by their name or mount path. */
  readonly added: { readonly [path: string]: unknown };
  /** Paths at which something of the first object is changed, missing or in another order. */
  readonly lost: readonly string[];
};

type Mapping = { readonly [key: string]: unknown };

/** Compares two JSON-like values. Pure. */
export function findAdditions(before: unknown, after: unknown): Difference {
  const added: { [path: string]: unknown } = {};
  const lost: string[] = [];

  function compare(one: unknown, other: unknown, path: string): void {
    if (isDeepStrictEqual(one, other)) return;
    if (isMapping(one) && isMapping(other)) compareMappings(one, other, path);
    else if (isList(one) && isList(other)) compareLists(one, other, path);
    else lost.push(path);
  }

  function compareMappings(one: Mapping, other: Mapping, path: string): void {
    for (const key of Object.keys(one)) {
      if (key in other) compare(one[key], other[key], `${path}/${key}`);
      else lost.push(`${path}/${key}`);
    }
    for (const key of Object.keys(other)) {
      if (!(key in one)) added[`${path}/${key}`] = other[key];
    }
  }

  function compareLists(one: readonly unknown[], other: readonly unknown[], path: string): void {
    const keys = other.map(keyOf);
    let position = -1;
    for (const item of one) {
      const found = keys.indexOf(keyOf(item));
      if (found <= position) {
        lost.push(`${path}/${keyOf(item)}`);
        continue;
      }
      position = found;
      compare(item, other[found], `${path}/${keyOf(item)}`);
    }
    const known = new Set(one.map(keyOf));
    for (const item of other) {
      if (!known.has(keyOf(item))) added[`${path}/${keyOf(item)}`] = item;
    }
  }

  compare(before, after, '');
  return { added, lost };
}

function keyOf(item: unknown): string {
  if (!isMapping(item)) return JSON.stringify(item);
  return String(item['mountPath'] ?? item['name'] ?? JSON.stringify(item));
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
