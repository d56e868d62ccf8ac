/** Many clients of one endpoint. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
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

/** Clients that cost little themselves: bytes on connections of their own, kept alive. */
async function ask(authorization: string) {
  const request = `GET /v1/credentials HTTP/1.1\r\nHost: 127.0.0.1:${PORT}\r\nAuthorization: ${authorization}\r\n\r\n`;
  const latenciesMs: number[] = [];
  let errors = 0;
  let left = REQUESTS;
  const client = async () => {
    const socket = connect(PORT, '127.0.0.1').setEncoding('latin1').setNoDelay();
    while (left-- > 0) {
      const start = performance.now();
      socket.write(request);
      if (!isComplete((await once(socket, 'data')).join())) errors += 1;
      latenciesMs.push(performance.now() - start);
    }
    socket.destroy();
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return { latenciesMs, errors, elapsedMs: performance.now() - start };
}

function isComplete(response: string): boolean {
  const [head = '', body = ''] = response.split('\r\n\r\n');
  const length = /^content-length: (\d+)$/im.exec(head)?.[1];
  return head.startsWith('HTTP/1.1 200 ') && body.length === Number(length);
}
