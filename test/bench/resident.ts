/** The resident memory of `run` over many refreshes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { startCounterparts } from './counterparts.ts';
import { residentMebibytes } from './processes.ts';
import type { Figure } from './report.ts';

/** At the shortest session, 900 s, an hour holds 16 refreshes: this is over ten hours. */
const REFRESHES = 200;
const SAMPLES = 4;
const POLL_MS = 100;

export async function measureResident(executable: string, home: string): Promise<Figure> {
  const ownHome = join(home, 'resident');
  const counterparts = await startCounterparts(ownHome, { credentialsLifetimeSeconds: 2 });
  const args = ['run', '--log-level', 'error', '--', 'sleep', '600'];
  const child = spawn(executable, args, { env: counterparts.env, stdio: 'ignore' });
  try {
    const samples: number[] = [];
    for (let sample = 1; sample <= SAMPLES; sample++) {
      const due = (REFRESHES / SAMPLES) * sample;
      while ((await counterparts.countStsCalls()) < due) {
        if (child.exitCode !== null) throw new Error(`run ended with ${child.exitCode}`);
        await setTimeout(POLL_MS);
      }
      samples.push(residentMebibytes(child.pid ?? 0));
    }
    const [first = 0, , , last = 0] = samples;
    return {
      name: `run (endpoint), ${REFRESHES} refreshes`,
      measured: `${samples.map((sample) => sample.toFixed(1)).join(', ')} MiB resident`,
      bounds: {
        'MiB at the end, at most 65': { value: last, max: 65 },
        'of the first quarter, at most 1.05 (flat)': { value: last / first, max: 1.05 },
      },
    };
  } finally {
    if (child.exitCode === null && child.kill()) await once(child, 'exit');
    counterparts.stop();
  }
}
