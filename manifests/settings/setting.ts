/**
 * Settings as data: what a value may be, its default, and which renderings need it. A section is
 * nested as the values file is, so the table documents the file and the types follow from it.
 */

/** A value as written: text, lists and mappings. Numbers stay text, so no digit is ever lost. */
export type Raw = string | readonly Raw[] | RawMapping;
export type RawMapping = { readonly [key: string]: Raw };

/** What a value may be. `allowed` completes the sentence "must be …". */
export type Kind<Value> = {
  readonly allowed: string;
  /** Returns undefined for what is not allowed. */
  readonly parse: (raw: Raw) => Value | undefined;
};

/** An empty default ('' or []) stands for "not given"; renderings in `requiredBy` refuse it. */
export type Setting<Value> = {
  readonly kind: Kind<Value>;
  readonly default: Value;
  readonly requiredBy?: readonly string[];
  readonly help: string;
};

export type Section = { readonly [key: string]: Setting<unknown> | Section };

/** The type of the values that a section describes; a setting's kind decides, not its default. */
export type ValuesOf<Node> = Node extends { readonly kind: Kind<infer Value> }
  ? Value
  : { readonly [Key in keyof Node]: ValuesOf<Node[Key]> };

/** Tells a setting from a section: only a setting has its help as text. */
export function isSetting(node: Setting<unknown> | Section): node is Setting<unknown> {
  return typeof node['help'] === 'string';
}

export function isMapping(raw: Raw | undefined): raw is RawMapping {
  return typeof raw === 'object' && !Array.isArray(raw);
}

/** Lists the settings of a section with their dotted keys, in the order of the table. */
export function listSettings(section: Section, prefix = ''): [key: string, Setting<unknown>][] {
  return Object.entries(section).flatMap(([name, node]) =>
    isSetting(node) ? [[`${prefix}${name}`, node]] : listSettings(node, `${prefix}${name}.`),
  );
}
