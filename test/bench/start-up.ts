/** How long the commands take as whole processes, on emulators without added latency. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { startCounterparts } from './counterparts.ts';
import { type Timing, timeCommand } from './processes.ts';
import type { Figure } from './report.ts';

const RUNS = 25;
const ROOT = join(import.meta.dirname, '..', '..');

export async function measureStartUp(executable: string, home: string): Promise<Figure[]> {
  const bundle = join(home, 'main.mjs');
  bundleForNode(bundle);
  const counterparts = await startCounterparts(home);
  const time = (...command: string[]) => timeCommand(command, counterparts.env, RUNS);
  // Where init has written a profile, run refuses: it would win over the endpoint.
  const elsewhere = { ...counterparts.env, HOME: join(home, 'elsewhere') };
  try {
    const version = time(executable, '--version');
    const init = time(executable, 'init');
    const onNode = time(process.execPath, bundle, 'init');
    const run = timeCommand([executable, 'run', '--', 'true'], elsewhere, RUNS);
    return [
      figure('--version', version, {}),
      figure('init', init, {
        [`of --version, at most 2.5`]: ratio(init, version, 2.5),
        [`of the same bundle on Node, at most 0.5`]: ratio(init, onNode, 0.5),
        'MiB peak, at most 65': { value: init.peakMebibytes ?? Number.NaN, max: 65 },
      }),
      figure('init, the bundle on Node', onNode, {}),
      figure('run -- true (endpoint)', run, { 'of --version, at most 3': ratio(run, version, 3) }),
    ];
  } finally {
    counterparts.stop();
  }
}

function bundleForNode(outfile: string): void {
  const bun = join(ROOT, 'node_modules', '.bin', 'bun');
  const entry = join(ROOT, 'init', 'main.ts');
  const args = ['build', '--target=node', '--minify', entry, '--outfile', outfile];
  const { status, stderr } = spawnSync(bun, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`bun build failed: ${stderr}`);
}

function figure(name: string, { medianMs }: Timing, bounds: Figure['bounds']): Figure {
  return { name, measured: `${medianMs.toFixed(1)} ms`, bounds };
}

function ratio(a: Timing, b: Timing, max: number): { value: number; max: number } {
  return { value: a.medianMs / b.medianMs, max };
}
