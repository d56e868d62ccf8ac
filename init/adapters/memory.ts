/** What only the shipped executable's runtime has. */
const { Bun: runtime } = globalThis as { Bun?: { shrink(): void } };

/**
 * Gives memory back that the last refresh needed: it belongs to the worker until the next one, half
 * an hour later. Does nothing on Node.
 */
export function releaseMemory(): void {
  runtime?.shrink();
}
