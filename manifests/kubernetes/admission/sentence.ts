/** CEL for the sentences of a refusal. */

/** A list of one sentence when the condition holds, else an empty list. Both are CEL. */
export function when(condition: string, sentence: string): string {
  return `(${condition} ? [${sentence}] : [])`;
}

/** Text, as CEL, in double quotes. */
export function quoted(text: string): string {
  return `'"' + ${text} + '"'`;
}
