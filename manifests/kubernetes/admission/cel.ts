/**
 * Writes typed objects as CEL, so that the policy injects exactly what the builders build.
 *
 * Objects become CEL maps rather than `Object.spec…{}` values: those are allowed only inside a patch,
 * not in a variable, and a list of them makes kube-apiserver 1.36 panic when it writes the patch.
 */

import { inspect } from 'node:util';

/** A CEL expression in the place of a literal value. */
export type Cel = { readonly cel: string };

export function cel(expression: string): Cel {
  return { cel: expression };
}

/** Writes text as a CEL string literal, whose escapes include all of JSON's (CEL language definition). */
export function celString(text: string): string {
  return JSON.stringify(text);
}

/** Writes a JSON-like value as CEL; throws on what JSON lacks. */
export function toCel(value: unknown): string {
  if (isCel(value)) return value.cel;
  if (typeof value === 'string') return celString(value);
  if (typeof value === 'boolean' || Number.isInteger(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(toCel).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return mapToCel(value);
  throw new TypeError(`no CEL literal for ${inspect(value)}`);
}

/** The values of a CEL map have one type in Kubernetes; `dyn` makes it that of any value. */
function mapToCel(map: object): string {
  const isUniform = Object.values(map).every((value) => typeof value === 'string');
  const entries = Object.entries(map).map(([key, value]) => {
    const expression = isUniform ? toCel(value) : `dyn(${toCel(value)})`;
    return `${celString(key)}: ${expression}`;
  });
  return `{${entries.join(', ')}}`;
}

function isCel(value: unknown): value is Cel {
  return typeof value === 'object' && value !== null && 'cel' in value;
}

/** CEL for a list of one when the condition holds, else for an empty list. Both are CEL. */
export function when(condition: string, item: string): string {
  return `(${condition} ? [${item}] : [])`;
}

/** CEL for text, itself CEL, in double quotes. */
export function quoted(text: string): string {
  return `'"' + ${text} + '"'`;
}
