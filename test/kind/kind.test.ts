/**
 * The whole way on a cluster with kubelets: the rendered manifests with the emulators in the place
 * of Google and AWS. `CLUSTER_KUBECONFIG=FILE` takes an existing cluster instead of kind.
 */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { V1Job, V1Pod, V1PodList } from '@kubernetes/client-node';
import { KIND_NAMESPACE, ROLE_ARN } from '../../manifests/kubernetes/kind/names.ts';
import { CLUSTER_CONFIG_FILE } from '../../manifests/kubernetes/kind/render.ts';
import type { KubernetesApi } from '../cluster/api.ts';
import { applyFiles, parseObjects, renderFiles, waitUntilMutating } from '../cluster/install.ts';
import { poll } from '../cluster/poll.ts';
import {
  connectToExisting,
  createKindCluster,
  existingKubeconfig,
  type KindCluster,
} from './cluster.ts';
import { findMissingTools } from './commands.ts';
import { refuseExisting, removeAll } from './own-objects.ts';

const START_DEADLINE_MS = 180_000;
const podsPath = `/api/v1/namespaces/${KIND_NAMESPACE}/pods`;

describe('the identity in a cluster with kubelets', () => {
  const {
    [CLUSTER_CONFIG_FILE]: clusterConfig = '',
    'job.yaml': jobText = '',
    'pod.yaml': podText = '',
    ...surroundings
  } = renderFiles('kind', 'kubernetes.image=');
  const objects = Object.values({ ...surroundings, jobText, podText }).flatMap(parseObjects);
  let cluster: KindCluster;

  before(async () => {
    if (existingKubeconfig === undefined) {
      const missing = findMissingTools();
      if (missing.length > 0) throw new Error(missing.join('\n'));
      cluster = createKindCluster(clusterConfig);
    } else {
      const existing = connectToExisting(existingKubeconfig);
      await refuseExisting(existing.api, objects);
      cluster = existing;
    }
    await applyFiles(cluster.api, surroundings);
    await waitUntilMutating(cluster.api, KIND_NAMESPACE);
  });

  after(async () => {
    // Also where the cluster was refused: what is there is not the suite's to remove.
    if (cluster === undefined) return;
    if (existingKubeconfig !== undefined) await removeAll(cluster.api, objects);
    cluster.remove();
  });

  test("a Job calls AWS with its init container's credentials and completes", async () => {
    const [job] = parseObjects(jobText);
    await cluster.api.apply(job as V1Job);
    const pod = await poll(
      'the Job has a pod that ended',
      async () => {
        const name = job?.metadata?.name;
        const selector = new URLSearchParams({ labelSelector: `job-name=${name}` });
        const list = (await cluster.api.request('GET', `${podsPath}?${selector}`)) as V1PodList;
        return list.items.find(hasEnded);
      },
      START_DEADLINE_MS,
    );
    const [call] = await readCalls(cluster.api, pod);
    assert.equal(pod.status?.phase, 'Succeeded');
    assertRoleSession(call?.arn);
  });

  test('a pod with nothing but the label calls AWS, and its credentials are refreshed', async () => {
    const [pod] = parseObjects(podText) as V1Pod[];
    await cluster.api.apply(pod as V1Pod);
    const ended = await poll(
      'the labelled pod ended',
      async () => {
        const current = await cluster.api.read(pod as V1Pod);
        return hasEnded(current) && current;
      },
      START_DEADLINE_MS,
    );
    const calls = await readCalls(cluster.api, ended);
    assert.equal(ended.status?.phase, 'Succeeded');
    for (const { arn } of calls) assertRoleSession(arn);
    assert.equal(new Set(calls.map(({ accessKeyId }) => accessKeyId)).size, 2);
  });
});

type Call = { readonly arn: string; readonly accessKeyId: string };

async function readCalls(api: KubernetesApi, pod: V1Pod): Promise<Call[]> {
  const path = `${podsPath}/${pod.metadata?.name}/log?container=caller`;
  const log = await api.requestText('GET', path);
  return log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Call);
}

function hasEnded(pod: V1Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** The ARN of a session of the role: `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`. */
function assertRoleSession(arn: string | undefined): void {
  const prefix = ROLE_ARN.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/');
  assert.ok(arn?.startsWith(`${prefix}/`), `${arn} is a session of ${ROLE_ARN}`);
}
