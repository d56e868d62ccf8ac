/** A kube-apiserver with etcd on loopback: no kubelet, no controllers, everything else real. */

import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { createApi, type KubernetesApi } from './api.ts';
import { prepareBinaries } from './binaries.ts';

export type Cluster = {
  readonly api: KubernetesApi;
  /** Ends both processes and removes their data. */
  readonly stop: () => Promise<void>;
};

export type ClusterOptions = {
  /** More arguments for kube-apiserver. */
  readonly apiServerArguments?: readonly string[];
};

const START_DEADLINE_MS = 60_000;

/** Starts the cluster and waits until it is ready. Throws, with the server's log, when it is not. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const binaries = prepareBinaries();
  const folder = await mkdtemp(join(tmpdir(), 'cluster-'));
  const children: ChildProcess[] = [];
  async function stop(): Promise<void> {
    for (const child of children.reverse()) await end(child);
    await rm(folder, { recursive: true, force: true });
  }
  try {
    const etcdUrl = `http://127.0.0.1:${await freePort()}`;
    children.push(start(binaries.etcd, await etcdArguments(etcdUrl, folder), folder));
    const port = await freePort();
    const token = randomBytes(16).toString('hex');
    const args = [...(await apiServerArguments({ etcdUrl, port, token, folder }))];
    const server = start(
      binaries.kubeApiServer,
      [...args, ...(options.apiServerArguments ?? [])],
      folder,
    );
    children.push(server);
    return { api: await waitUntilReady(server, { port, token, folder }), stop };
  } catch (error) {
    const log = await readFile(join(folder, 'kube-apiserver.log'), 'utf8').catch(() => '');
    await stop();
    throw new Error(`the cluster did not start; its last words:\n${log.slice(-3000)}`, {
      cause: error,
    });
  }
}

type Address = { readonly port: number; readonly token: string; readonly folder: string };

async function etcdArguments(clientUrl: string, folder: string): Promise<string[]> {
  const peerUrl = `http://127.0.0.1:${await freePort()}`;
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${clientUrl}`,
    `--advertise-client-urls=${clientUrl}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
    '--unsafe-no-fsync',
  ];
}

/** The server makes its own serving certificate in `--cert-dir`. */
async function apiServerArguments(options: Address & { etcdUrl: string }): Promise<string[]> {
  const { etcdUrl, port, token, folder } = options;
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const keyFile = join(folder, 'service-account.key');
  const tokenFile = join(folder, 'tokens.csv');
  await writeFile(keyFile, key.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 });
  await writeFile(tokenFile, `${token},admin,admin,system:masters\n`, { mode: 0o600 });
  return [
    `--etcd-servers=${etcdUrl}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${join(folder, 'certificates')}`,
    `--token-auth-file=${tokenFile}`,
    '--authorization-mode=RBAC',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-signing-key-file=${keyFile}`,
    `--service-account-key-file=${keyFile}`,
    '--service-cluster-ip-range=10.0.0.0/24',
  ];
}

function start(binary: string, args: string[], folder: string): ChildProcess {
  const log = openSync(join(folder, `${binary.split('/').at(-1)}.log`), 'w');
  const child = spawn(binary, args, { stdio: ['ignore', log, log], cwd: folder });
  endWithThisProcess(child);
  return child;
}

/** Also where a test runner ends this process before the suite could stop its cluster. */
function endWithThisProcess(child: ChildProcess): void {
  process.once('exit', () => child.kill('SIGKILL'));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(1));
}

async function waitUntilReady(server: ChildProcess, address: Address): Promise<KubernetesApi> {
  const deadline = Date.now() + START_DEADLINE_MS;
  while (Date.now() < deadline && server.exitCode === null) {
    const api = await connect(address).catch(() => undefined);
    if (api !== undefined) return api;
    await sleep(200);
  }
  throw new Error(server.exitCode === null ? 'not ready in time' : `exited ${server.exitCode}`);
}

/** Resolves once the server is ready, its certificate checked. */
async function connect({ port, token, folder }: Address): Promise<KubernetesApi> {
  const caData = await readFile(join(folder, 'certificates', 'apiserver.crt'), 'base64');
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromClusterAndUser(
    { name: 'local', server: `https://127.0.0.1:${port}`, caData, skipTLSVerify: false },
    { name: 'admin', token },
  );
  const api = createApi(kubeConfig);
  await api.request('GET', '/readyz');
  return api;
}

/**
 * Finds a port that nobody listens on, below those that the system gives out by itself (from 32768 on
 * Linux): one of those could be taken between this look and the server's start.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    probe.close();
    await once(probe, 'close');
    return port;
  }
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await exited;
  clearTimeout(killer);
}
