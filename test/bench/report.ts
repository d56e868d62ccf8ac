/** One measured thing, and the bounds that it is held against. */
export interface Figure {
  name: string;
  measured: string;
  /** What each bound says in words, the value found, and the most that it may be. */
  bounds: Record<string, { value: number; max: number }>;
}

/** A table for people: a line a figure, a line a bound below it. */
export function formatReport(figures: readonly Figure[]): string {
  const width = Math.max(...figures.map(({ name }) => name.length)) + 2;
  return figures
    .flatMap(({ name, measured, bounds }) => [
      `${name.padEnd(width)}${measured}`,
      ...Object.entries(bounds).map(([words, { value, max }]) => {
        const verdict = value <= max ? 'ok' : 'TOO MUCH';
        return `${''.padEnd(width)}${value.toFixed(2)} ${words}: ${verdict}`;
      }),
    ])
    .join('\n');
}
