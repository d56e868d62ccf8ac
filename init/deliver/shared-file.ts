/** A line of an AWS shared credentials or config file, as every SDK understands it. */
export type SharedFileLine =
  | { kind: 'section'; name: string }
  | { kind: 'key'; section: string; key: string }
  /** An indented line that belongs to the key above it. */
  | { kind: 'continuation'; section: string; key: string }
  /** Blank, or a comment. */
  | { kind: 'other' };

const SECTION = /^\s*\[([^\]\r\n]+)\]\s*(?:[#;].*)?$/;
const KEY = /^\s*([^\s=:#;[][^=:]*?)\s*[=:]/;
const OTHER = /^\s*(?:[#;].*)?$/;
const CONTROL_CHARACTER = /[^\P{Cc}\t]/u;
const INDENTED = /^\s+\S/;

/**
 * Tells what each line of a shared credentials or config file is
 * (https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html).
 * @param lines without their line ends
 * @returns as many results as lines; undefined for a line that no SDK could read
 */
export function parseSharedFile(lines: readonly string[]): (SharedFileLine | undefined)[] {
  let section: string | undefined;
  let key: string | undefined;
  return lines.map((line): SharedFileLine | undefined => {
    if (CONTROL_CHARACTER.test(line)) return undefined;
    const header = SECTION.exec(line)?.[1]?.trim();
    if (header !== undefined) {
      section = header;
      key = undefined;
      return { kind: 'section', name: header };
    }
    if (OTHER.test(line)) return { kind: 'other' };
    if (section === undefined) return undefined;
    const found = KEY.exec(line)?.[1]?.toLowerCase();
    if (found !== undefined) {
      key = found;
      return { kind: 'key', section, key };
    }
    return INDENTED.test(line) && key !== undefined
      ? { kind: 'continuation', section, key }
      : undefined;
  });
}
