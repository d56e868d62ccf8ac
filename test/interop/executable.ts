/** The program as it ships: these suites drive nothing else. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const PATH: string = join(import.meta.dirname, '../../dist/dataflow-aws-identity');

/** The path of the built executable. Throws, with the way to build it, where there is none. */
export function executable(): string {
  if (!existsSync(PATH)) throw new Error(`${PATH} does not exist; npm run build builds it`);
  return PATH;
}
