import { closest, distance } from 'fastest-levenshtein';

const LARGEST_DISTANCE = 4;

/** The known name that a mistyped one most likely meant, or undefined when none is near. */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  const near = closest(given, [...known]);
  return distance(given, near) <= Math.min(LARGEST_DISTANCE, given.length / 2) ? near : undefined;
}
