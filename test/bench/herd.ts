/** Many workers that start together, as a Dataflow job's do, against an STS that throttles. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startCounterparts } from './counterparts.ts';
import { finish, percentile } from './processes.ts';
import type { Figure } from './report.ts';

const WORKERS = 200;
const REQUESTS_PER_SECOND = 20;
const DEADLINE_SECONDS = 45;

export async function measureHerd(executable: string, home: string): Promise<Figure> {
  const counterparts = await startCounterparts(home, {
    throttleAbovePerSecond: REQUESTS_PER_SECOND,
  });
  try {
    const results = await Promise.all(
      Array.from({ length: WORKERS }, (_, worker) => {
        const workerHome = join(home, `worker-${worker}`);
        mkdirSync(workerHome);
        return finish([executable, 'init'], { ...counterparts.env, HOME: workerHome });
      }),
    );
    const elapsed = results.map(({ elapsedMs }) => elapsedMs / 1000);
    const failed = results.filter(({ code }) => code !== 0).length;
    return {
      name: `herd of ${WORKERS} init, STS allows ${REQUESTS_PER_SECOND}/s`,
      measured: `median ${percentile(elapsed, 0.5).toFixed(1)} s, ${await counterparts.countStsCalls()} STS calls`,
      bounds: {
        'without credentials, at most 0': { value: failed, max: 0 },
        's for the slowest, at most 45': { value: Math.max(...elapsed), max: DEADLINE_SECONDS },
      },
    };
  } finally {
    counterparts.stop();
  }
}
