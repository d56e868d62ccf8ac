/**
 * Each pod of test/fixtures/pods against the rendered policies on a real kube-apiserver. Beside each
 * pod lies its expected outcome; UPDATE_EXPECTED=1 writes it anew, for the diff to be reviewed.
 */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { after, before, describe, test } from 'node:test';
import type { KubernetesObject } from '@kubernetes/client-node';
import { parse, stringify } from 'yaml';
import { findAdditions } from './additions.ts';
import { ApiError, dryRun, type KubernetesApi, type Query } from './api.ts';
import {
  applyFiles,
  createNamespace,
  parseObjects,
  renderFiles,
  waitUntilMutating,
  waitUntilRefused,
} from './install.ts';
import { type Cluster, startCluster } from './server.ts';

type Outcome =
  | { outcome: 'mutated'; added: { readonly [path: string]: unknown } }
  | { outcome: 'refused'; message: string }
  | { outcome: 'untouched' };

type Pod = KubernetesObject & { spec: { initContainers?: { name: string }[] } };

const folder = join(import.meta.dirname, '../fixtures/pods');
const cases = readdirSync(folder)
  .filter((name) => !name.includes('.expected.') && name !== 'namespaces.yaml')
  .map((name) => name.replace('.yaml', ''));

describe('a pod that is created under the policies', () => {
  let cluster: Cluster;
  const baselines = new Map<string, unknown>();

  before(async () => {
    cluster = await startCluster();
    await createNamespaces(cluster.api);
    for (const name of cases) {
      baselines.set(name, withoutServerFields(await cluster.api.create(readPod(name), dryRun)));
    }
    const { 'config-map.yaml': _, ...policies } = renderFiles('admission');
    await applyFiles(cluster.api, policies);
    await waitUntilMutating(cluster.api, 'configured');
    await waitUntilRefused(cluster.api, 'unconfigured');
  });
  after(async () => await cluster?.stop());

  for (const name of cases) {
    test(`${name}: ${describeCase(name)}`, async () => {
      const pod = readPod(name);
      const dry = await admit(cluster.api, pod, baselines.get(name), dryRun);
      const real = await admit(cluster.api, pod, baselines.get(name));
      assert.deepEqual(real, dry, 'a dry run ends as the creation does');
      assert.deepEqual(real, readExpected(name, real));
      if (real.outcome === 'refused') await assertAbsent(cluster.api, pod);
    });
  }
});

async function createNamespaces(api: KubernetesApi): Promise<void> {
  const objects = parseObjects(readFileSync(join(folder, 'namespaces.yaml'), 'utf8'));
  const kubeSystem = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } };
  for (const object of [kubeSystem, ...objects]) {
    if (object.kind === 'Namespace') await createNamespace(api, object);
    else await api.apply(object);
  }
}

/** Creates the pod and tells what became of it. No outcome may lose anything of the user's. */
async function admit(
  api: KubernetesApi,
  pod: Pod,
  baseline: unknown,
  query: Query = {},
): Promise<Outcome> {
  try {
    const created = withoutServerFields(await api.create(pod, query));
    const { added, lost } = findAdditions(baseline, created);
    assert.deepEqual(lost, [], 'everything the user wrote is still there');
    if (Object.keys(added).length === 0) return { outcome: 'untouched' };
    assert.equal(created.spec.initContainers?.[0]?.name, 'dataflow-aws-identity');
    return { outcome: 'mutated', added };
  } catch (error) {
    if (error instanceof ApiError) return { outcome: 'refused', message: error.message };
    throw error;
  }
}

async function assertAbsent(api: KubernetesApi, pod: Pod): Promise<void> {
  if (pod.metadata?.name === undefined) return;
  await assert.rejects(api.read(pod), (error: ApiError) => error.status === 404);
}

/** Leaves out what the server itself writes to each object: identity, bookkeeping and status. */
function withoutServerFields(pod: Pod): Pod {
  const { uid, creationTimestamp, managedFields, resourceVersion, name, ...metadata } = {
    ...pod.metadata,
  };
  const { apiVersion = '', kind = '', spec } = pod;
  return { apiVersion, kind, metadata: metadata as NonNullable<Pod['metadata']>, spec };
}

function readPod(name: string): Pod {
  return parse(readFileSync(join(folder, `${name}.yaml`), 'utf8')) as Pod;
}

/** The fixture's first line says what it shows. */
function describeCase(name: string): string {
  const [first = ''] = readFileSync(join(folder, `${name}.yaml`), 'utf8').split('\n');
  return first.replace(/^# /, '');
}

function readExpected(name: string, actual: Outcome): unknown {
  const path = join(folder, `${name}.expected.yaml`);
  if (env['UPDATE_EXPECTED'] === '1') writeFileSync(path, stringify(actual, { lineWidth: 0 }));
  return parse(readFileSync(path, 'utf8'));
}
