/** Reads values: the YAML file and the `--set` assignments that override it. Pure. */

import { parseDocument } from 'yaml';
import { SettingsError } from './parse.ts';
import { isMapping, type Raw, type RawMapping } from './setting.ts';

/**
 * Parses the text of a values file; `name` is the file's name for messages.
 *
 * YAML's failsafe schema keeps every scalar as it is written: an account id keeps its leading zero
 * and a service account's unique id all of its 21 digits, quoted or not.
 * Throws SettingsError where the text is not YAML or not a mapping.
 */
export function parseValues(text: string, name: string): RawMapping {
  const document = parseDocument(text, { schema: 'failsafe' });
  if (document.errors.length > 0) {
    throw new SettingsError(document.errors.map((error) => `${name}: ${error.message}`));
  }
  const values: Raw = document.toJS() ?? {};
  if (!isMapping(values))
    throw new SettingsError([`${name}: must hold a mapping at its top level`]);
  return values;
}

/**
 * Applies `key.path=value` assignments, the last one winning. A list's items are separated by commas.
 * The command line has made sure that each assignment has a key and an equals sign.
 */
export function applyAssignments(values: RawMapping, assignments: readonly string[]): RawMapping {
  return assignments.reduce((tree, assignment) => {
    const equals = assignment.indexOf('=');
    return assign(tree, assignment.slice(0, equals).split('.'), assignment.slice(equals + 1));
  }, values);
}

function assign(tree: RawMapping, path: readonly string[], value: string): RawMapping {
  const [first = '', ...rest] = path;
  if (rest.length === 0) return { ...tree, [first]: value };
  const subtree = Object.hasOwn(tree, first) ? tree[first] : undefined;
  return { ...tree, [first]: assign(isMapping(subtree) ? subtree : {}, rest, value) };
}
