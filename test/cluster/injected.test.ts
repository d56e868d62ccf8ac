/**
 * What is injected fits the executable: the containers of mutated pods are started as a kubelet would
 * start them (their arguments and environment, the shared volume in a temporary folder), against the
 * emulators, and an unmodified AWS SDK with the worker's environment calls AWS.
 */

import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { V1Container, V1Pod } from '@kubernetes/client-node';
import { type Emulators, startEmulators } from '../emulators/start.ts';
import { dryRun } from './api.ts';
import { startEmulatedCluster } from './emulated.ts';
import { labelledPod } from './install.ts';
import { environmentOf, executable, localize } from './local-pod.ts';
import { poll } from './poll.ts';
import { type Cluster, end, freePort } from './server.ts';

const run = promisify(execFile);
const caller = join(import.meta.dirname, '../kind/caller.ts');

/** Short enough to watch a refresh, which comes after half of it. */
const LIFETIME_SECONDS = 8;
const SESSION = /^arn:aws:sts::123456789012:assumed-role\/dataflow-reader\/probe$/;

describe('what is injected', () => {
  let cluster: Cluster;
  let emulators: Emulators;
  let volume: string;
  let port: number;

  before(async () => {
    assert.ok(existsSync(executable), `${executable} is missing: npm run build`);
    emulators = await startEmulators({ sts: { credentialsLifetimeSeconds: LIFETIME_SECONDS } });
    volume = await mkdtemp(join(tmpdir(), 'identity-'));
    port = await freePort();
    cluster = await startEmulatedCluster(emulators, 'team');
  });

  after(async () => {
    await cluster?.stop();
    await emulators?.close();
    if (volume !== undefined) await rm(volume, { recursive: true });
  });

  test('one-shot: the init container writes credentials with which the worker calls AWS', async () => {
    const [identity, worker] = await createPod('one-shot');
    await run(executable, identity.args ?? [], { env: environmentOf(identity) });
    const calls = await call(worker);
    assert.equal(calls.length, 1);
    assert.match(calls[0]?.arn ?? '', SESSION);
  });

  test('refreshing: after its startup probe, the sidecar serves credentials that stay fresh', async () => {
    const [identity, worker] = await createPod('refreshing');
    const sidecar = spawn(executable, identity.args ?? [], {
      env: environmentOf(identity),
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    try {
      await waitForStartup(identity, sidecar);
      const calls = await call(worker, '--until-refreshed');
      for (const { arn } of calls) assert.match(arn, SESSION);
      assert.equal(new Set(calls.map(({ accessKeyId }) => accessKeyId)).size, 2);
    } finally {
      await end(sidecar);
    }
    assert.equal(sidecar.exitCode, 0);
  });

  async function createPod(mode: string): Promise<[V1Container, V1Container]> {
    const pod = labelledPod('team', 'probe');
    const annotations = { 'dataflow-aws-identity/mode': mode };
    const created: V1Pod = await cluster.api.create(
      { ...pod, metadata: { ...pod.metadata, annotations } },
      dryRun,
    );
    const { initContainers = [], containers = [] } = created.spec ?? {};
    const [identity, worker] = [initContainers[0], containers[0]];
    assert.ok(identity !== undefined && worker !== undefined);
    const place = { volume, port, executable };
    return [localize(identity, place), localize(worker, place)];
  }

  async function waitForStartup(identity: V1Container, sidecar: ChildProcess): Promise<void> {
    const [command = '', ...args] = identity.startupProbe?.exec?.command ?? [];
    await poll('the startup probe succeeds', async () => {
      assert.equal(sidecar.exitCode, null);
      const env = environmentOf(identity);
      return await run(command, args, { env }).then(
        () => true,
        () => false,
      );
    });
  }

  async function call(worker: V1Container, ...args: string[]) {
    const env = { ...environmentOf(worker), AWS_ENDPOINT_URL_STS: emulators.sts.url };
    const { stdout } = await run(execPath, [caller, ...args], { env });
    const lines = stdout.trim().split('\n');
    return lines.map((line) => JSON.parse(line) as { arn: string; accessKeyId: string });
  }
});
