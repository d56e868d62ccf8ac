/**
 * Quotes a value for a POSIX shell: one word, whatever is in it.
 *
 * Within single quotes every character stands for itself, newlines too, up to the next single quote
 * (POSIX.1-2024, Shell Command Language, 2.2.2), which is therefore written outside of them.
 */
export function shellQuote(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

/** Renders `name=value` lines, one for each entry. The names are ours; the values may be anything. */
export function renderAssignments(values: { readonly [name: string]: string }): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${shellQuote(value)}`)
    .join('\n');
}
