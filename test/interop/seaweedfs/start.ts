/** SeaweedFS on loopback: an S3 and an STS in one that nobody here wrote. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../free-ports.ts';
import { prepared } from '../prepared.ts';
import { buildIamConfig, type IamOptions } from './iam-config.ts';

export interface SeaweedFs {
  /** Of S3 and STS. */
  readonly url: string;
  /** Creates an object, and its bucket, past S3 and its authentication. */
  putObject(bucket: string, key: string, text: string): Promise<void>;
  /** The text of an object, past S3 and its authentication; undefined where there is none. */
  getObject(bucket: string, key: string): Promise<string | undefined>;
  close(): Promise<void>;
}

const START_DEADLINE_MS = 60_000;

/** Starts SeaweedFS with an empty store. Rejects, with its log, when it does not come up. */
export async function startSeaweedFs(options: IamOptions): Promise<SeaweedFs> {
  const weed = join(prepared('interop', 'seaweedfs'), 'bin', 'weed');
  const folder = await mkdtemp(join(tmpdir(), 'seaweedfs-'));
  const iamConfig = join(folder, 'iam.json');
  const logFile = join(folder, 'log');
  await writeFile(iamConfig, JSON.stringify(buildIamConfig(options)));
  const { args, s3Url, filerUrl } = await buildArguments(folder, iamConfig);
  const log = openSync(logFile, 'w');
  const server = spawn(weed, args, { cwd: folder, stdio: ['ignore', log, log] });

  async function close(): Promise<void> {
    const exited = server.exitCode ?? server.signalCode ?? once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
    await rm(folder, { recursive: true, force: true });
  }
  try {
    await Promise.all([waitForAnswer(s3Url), waitForAnswer(filerUrl)]);
    return { url: s3Url, ...accessFiler(filerUrl), close };
  } catch (error) {
    const lastWords = (await readFile(logFile, 'utf8')).slice(-3000);
    await close();
    throw new Error(`SeaweedFS did not start; its last words:\n${lastWords}`, { cause: error });
  }
}

/** The last instance's first answer comes seconds after its ports listen. */
async function waitForAnswer(url: string): Promise<void> {
  const deadlineMs = Date.now() + START_DEADLINE_MS;
  for (;;) {
    try {
      const { status } = await fetch(url);
      if (status < 500) return;
      throw new Error(`${url} answers ${status}`);
    } catch (error) {
      if (Date.now() > deadlineMs) throw error;
      await sleep(200);
    }
  }
}

async function buildArguments(folder: string, iamConfig: string) {
  const servers = ['master', 'volume', 'filer', 's3'] as const;
  const ports = await freePorts(2 * servers.length);
  const port = (index: number) => ports[index] ?? 0;
  const listening = servers.flatMap((server, index) => [
    `-${server}.port=${port(2 * index)}`,
    `-${server}.port.grpc=${port(2 * index + 1)}`,
  ]);
  const args = [
    ...['-logtostderr=true', 'server', `-dir=${folder}`, '-ip=127.0.0.1', '-ip.bind=127.0.0.1'],
    ...['-filer', '-s3', `-s3.iam.config=${iamConfig}`, '-s3.port.iceberg=0', '-s3.port.lance=0'],
    ...['-master.volumeSizeLimitMB=64', '-volume.max=20', '-volume.preStopSeconds=0'],
    ...listening,
  ];
  return { args, filerUrl: `http://127.0.0.1:${port(4)}`, s3Url: `http://127.0.0.1:${port(6)}` };
}

/** The filer is the store under S3; a bucket is a folder of it. */
function accessFiler(filerUrl: string): Pick<SeaweedFs, 'putObject' | 'getObject'> {
  const urlOf = (bucket: string, key: string) => `${filerUrl}/buckets/${bucket}/${key}`;
  return {
    async putObject(bucket, key, text) {
      const { status } = await fetch(urlOf(bucket, key), { method: 'PUT', body: text });
      if (status !== 201) throw new Error(`could not store ${bucket}/${key}: status ${status}`);
    },
    async getObject(bucket, key) {
      const response = await fetch(urlOf(bucket, key));
      return response.status === 404 ? undefined : response.text();
    },
  };
}
