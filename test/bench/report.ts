/** One measured thing, and the bounds that it is held against. */
export interface Figure {
  name: string;
  measured: string;
  /** What each bound says in words, the value found, and the most that it may be. */
  bounds: Record<string, { value: number; max: number }>;
}

/** Room for the longest name. */
const WIDTH = 46;

/** A table for people: a line a figure, a line a bound below it. */
export function formatReport(figures: readonly Figure[]): string {
  return figures
    .flatMap(({ name, measured, bounds }) => [
      `${name.padEnd(WIDTH)}${measured}`,
      ...Object.entries(bounds).map(([words, { value, max }]) => {
        const verdict = value <= max ? 'ok' : 'TOO MUCH';
        return `${''.padEnd(WIDTH)}${value.toFixed(2)} ${words}: ${verdict}`;
      }),
    ])
    .join('\n');
}
