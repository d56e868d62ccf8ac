/** What the prepare.sh scripts build or install; doing it is their business. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const SCRIPTS = {
  interop: join(import.meta.dirname, 'prepare.sh'),
  beam: join(import.meta.dirname, '..', 'beam', 'prepare.sh'),
};

/**
 * Returns the folder that holds a part of a suite, and prepares it first where the cache is cold.
 * @throws when a tool is missing; the script says which on standard error, and how to get it
 */
export function prepared(suite: keyof typeof SCRIPTS, part: string): string {
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit'];
  return execFileSync('sh', [SCRIPTS[suite], part], { encoding: 'utf8', stdio }).trim();
}
