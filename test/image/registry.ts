/** A container registry on loopback: Debian's docker-registry. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reservePort } from '../emulators/reserve-port.ts';
import { REGISTRY } from './docker.ts';

export interface Registry {
  /** `127.0.0.1:PORT`, the first part of the images' names. */
  readonly host: string;
  close(): Promise<void>;
}

/** Starts an empty registry; it is gone with everything in it after `close`. */
export async function startRegistry(): Promise<Registry> {
  const folder = await mkdtemp(join(tmpdir(), 'image-registry-'));
  const host = `127.0.0.1:${await reservePort()}`;
  const config = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: folder } },
    http: { addr: host },
  };
  const configFile = join(folder, 'config.yml');
  await writeFile(configFile, JSON.stringify(config));
  const server = spawn(REGISTRY, ['serve', configFile], { stdio: 'ignore' });
  await untilAnswering(`http://${host}/v2/`);
  return {
    host,
    async close() {
      server.kill();
      await once(server, 'exit');
      await rm(folder, { recursive: true });
    },
  };
}

async function untilAnswering(url: string): Promise<void> {
  const deadlineMs = Date.now() + 10_000;
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    if (Date.now() > deadlineMs) throw new Error(`the registry does not answer at ${url}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
