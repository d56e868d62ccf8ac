/**
 * Whether the whole text matches an IAM pattern, in which `*` is any text and `?` any character.
 * Source: IAM user guide, "Condition operators: StringLike".
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}
