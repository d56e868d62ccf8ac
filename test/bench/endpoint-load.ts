/** Many clients of one endpoint. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { startCounterparts } from './counterparts.ts';
import { percentile } from './processes.ts';
import type { Figure } from './report.ts';

const CLIENTS = 64;
const REQUESTS = 20_000;
const PORT = 9912;

export async function measureEndpointLoad(executable: string, home: string): Promise<Figure> {
  const counterparts = await startCounterparts(home);
  const tokenFile = join(home, 'token');
  const args = ['serve', '--port', String(PORT), '--token-file', tokenFile];
  const child = spawn(executable, args, { env: counterparts.env, stdio: 'ignore' });
  try {
    await untilHealthy(executable);
    const { latenciesMs, errors, elapsedMs } = await ask(readFileSync(tokenFile, 'utf8'));
    return {
      name: `endpoint, ${CLIENTS} clients, ${REQUESTS} requests`,
      measured: `${Math.round((REQUESTS / elapsedMs) * 1000)} requests/s, p50 ${percentile(latenciesMs, 0.5).toFixed(1)} ms`,
      bounds: {
        'ms p99, at most 20': { value: percentile(latenciesMs, 0.99), max: 20 },
        'errors, at most 0': { value: errors, max: 0 },
        'STS calls, at most 1': { value: await counterparts.countStsCalls(), max: 1 },
      },
    };
  } finally {
    child.kill();
    await once(child, 'exit');
    counterparts.stop();
  }
}

async function untilHealthy(executable: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const probe = spawn(executable, ['serve', '--check', '--port', String(PORT)], {
      env: {},
      stdio: 'ignore',
    });
    const [code] = await once(probe, 'exit');
    if (code === 0) return;
    await setTimeout(50);
  }
  throw new Error('the endpoint did not become healthy');
}

async function ask(authorization: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const latenciesMs: number[] = [];
  let errors = 0;
  let left = REQUESTS;
  const client = async () => {
    while (left-- > 0) {
      const start = performance.now();
      if (!(await askOnce(agent, authorization))) errors += 1;
      latenciesMs.push(performance.now() - start);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: CLIENTS }, client));
  agent.destroy();
  return { latenciesMs, errors, elapsedMs: performance.now() - start };
}

function askOnce(agent: Agent, authorization: string): Promise<boolean> {
  const options = { agent, headers: { authorization } };
  return new Promise((resolve) => {
    get(`http://127.0.0.1:${PORT}/v1/credentials`, options, (response) => {
      response.resume().on('end', () => resolve(response.statusCode === 200));
    }).on('error', () => resolve(false));
  });
}
