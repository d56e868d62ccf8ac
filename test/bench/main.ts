/** `npm run bench`: measures the executable against the emulators and prints a table. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureEndpointLoad } from './endpoint-load.ts';
import { measureHerd } from './herd.ts';
import { formatReport } from './report.ts';
import { measureResident } from './resident.ts';
import { measureStartUp } from './start-up.ts';

const executable = join(import.meta.dirname, '..', '..', 'dist', 'dataflow-aws-identity');
const home = mkdtempSync(join(tmpdir(), 'dataflow-aws-identity-bench-'));
try {
  console.log(formatReport(await measureStartUp(executable, home)));
  for (const measure of [measureEndpointLoad, measureHerd, measureResident]) {
    console.log(formatReport([await measure(executable, home)]));
  }
} finally {
  rmSync(home, { recursive: true });
}
