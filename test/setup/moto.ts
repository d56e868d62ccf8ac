/** moto's server: AWS's IAM and STS interfaces on loopback, from PyPI. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { reservePort } from '../emulators/reserve-port.ts';

/** Folder of the aws command and moto's server, as prepare.sh installs them. */
export const TOOLS = join(
  env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
  'dataflow-aws-identity/setup/venv/bin',
);

/** The account that moto's server is. */
export const MOTO_ACCOUNT = '123456789012';

export type Moto = {
  readonly url: string;
  /** Forgets everything. */
  reset(): Promise<void>;
  close(): Promise<void>;
};

/** Starts moto's server with AWS's own policies. Throws where it is not installed. */
export async function startMoto(): Promise<Moto> {
  const program = join(TOOLS, 'moto_server');
  if (!existsSync(program)) {
    throw new Error("moto's server is missing; run: sh test/setup/prepare.sh");
  }
  const port = await reservePort();
  const url = `http://127.0.0.1:${port}`;
  const server = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], {
    env: { ...env, MOTO_IAM_LOAD_MANAGED_POLICIES: 'true', MOTO_ACCOUNT_ID: MOTO_ACCOUNT },
    stdio: 'ignore',
  });
  async function close(): Promise<void> {
    const closed = once(server, 'close');
    if (server.kill()) await closed;
  }
  if (!(await becomesReady(url, () => server.exitCode !== null))) {
    await close();
    throw new Error("moto's server does not answer");
  }
  return {
    url,
    async reset() {
      await fetch(`${url}/moto-api/reset`, { method: 'POST' });
    },
    close,
  };
}

async function becomesReady(url: string, hasEnded: () => boolean): Promise<boolean> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline && !hasEnded()) {
    const response = await fetch(`${url}/moto-api/`).catch(() => undefined);
    if (response?.ok) return true;
    await sleep(100);
  }
  return false;
}
