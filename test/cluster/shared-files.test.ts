/**
 * Who can read the credentials: the containers of mutated pods as their own users, with a folder that
 * is owned as the kubelet would own the volume. Needs root, for the users.
 */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, chown, copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, getuid } from 'node:process';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { V1Container, V1PodSpec } from '@kubernetes/client-node';
import { type Emulators, startEmulators } from '../emulators/start.ts';
import { dryRun } from './api.ts';
import { startEmulatedCluster } from './emulated.ts';
import { labelledPod } from './install.ts';
import { environmentOf, executable, localize, setprivArguments } from './local-pod.ts';
import type { Cluster } from './server.ts';

const run = promisify(execFile);
const isRoot = getuid?.() === 0;
const WORKER_USER = 2000;
const STRANGER = ['--reuid=3000', '--regid=3000', '--clear-groups'];

const pods: { title: string; securityContext: NonNullable<V1PodSpec['securityContext']> }[] = [
  { title: 'a pod without an fsGroup', securityContext: {} },
  { title: 'a pod with a user of its own', securityContext: { runAsUser: 1000, runAsGroup: 1000 } },
  { title: 'a pod that runs as root', securityContext: { runAsUser: 0 } },
  { title: 'a pod with an fsGroup', securityContext: { fsGroup: 4000 } },
];

describe('the credentials file of', {
  skip: !isRoot && env['CI'] !== 'true' && 'needs root: sudo',
}, () => {
  let cluster: Cluster;
  let emulators: Emulators;
  let folder: string;

  before(async () => {
    assert.ok(isRoot, 'this suite starts processes as other users: run it as root');
    emulators = await startEmulators();
    folder = await mkdtemp(join(tmpdir(), 'identity-'));
    await chmod(folder, 0o755);
    await copyFile(executable, join(folder, 'executable'));
    cluster = await startEmulatedCluster(emulators, 'team');
  });

  after(async () => {
    await cluster?.stop();
    await emulators?.close();
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  for (const [index, { title, securityContext }] of pods.entries()) {
    test(`${title} is readable to its worker, and to no other user`, async () => {
      const pod = await createPod(securityContext);
      const volume = await createVolume(`volume-${index}`, securityContext.fsGroup);
      const [identity, worker] = [pod.initContainers?.[0], pod.containers[0]];
      assert.ok(identity !== undefined && worker !== undefined);
      const local = localize(identity, { volume, port: 0, executable: join(folder, 'executable') });
      await runAs(
        setprivArguments(pod, identity),
        [join(folder, 'executable'), ...(local.args ?? [])],
        local,
      );
      const file = join(volume, 'credentials');
      const { stdout } = await runAs(setprivArguments(pod, worker), ['cat', file]);
      assert.ok(stdout.includes('[default]\n'), 'the worker reads the profile');
      await assert.rejects(runAs(STRANGER, ['cat', file]), /Permission denied/);
      await assert.rejects(runAs(setprivArguments(pod, worker), ['test', '-w', file]));
    });
  }

  async function createPod(securityContext: object): Promise<V1PodSpec> {
    const pod = labelledPod('team', 'probe');
    const [container] = pod.spec?.containers ?? [];
    assert.ok(container !== undefined);
    const worker = { ...container, securityContext: { runAsUser: WORKER_USER } };
    const spec = { ...pod.spec, containers: [worker], securityContext };
    const created = await cluster.api.create({ ...pod, spec }, dryRun);
    assert.ok(created.spec !== undefined);
    return created.spec;
  }

  /** An emptyDir: anybody may write; with an fsGroup, what is written belongs to that group. */
  async function createVolume(name: string, fsGroup: number | undefined): Promise<string> {
    const volume = join(folder, name);
    await mkdir(volume);
    if (fsGroup !== undefined) await chown(volume, 0, fsGroup);
    await chmod(volume, fsGroup === undefined ? 0o777 : 0o2777);
    return volume;
  }
});

async function runAs(who: readonly string[], command: readonly string[], container?: V1Container) {
  const variables = container === undefined ? {} : environmentOf(container);
  const environment = { PATH: '/usr/bin:/bin', ...variables };
  return await run('setpriv', [...who, ...command], { env: environment, timeout: 30_000 });
}
