/** The policies over time: reinvocation, ConfigMaps that come and go, policies that are missing. */

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { KubernetesObject, V1Pod } from '@kubernetes/client-node';
import { dryRun, type KubernetesApi } from './api.ts';
import {
  applyFiles,
  createNamespace,
  labelledPod,
  parseObjects,
  renderFiles,
  waitUntilMutating,
  waitUntilRefused,
} from './install.ts';
import { poll } from './poll.ts';
import { type Cluster, startCluster } from './server.ts';

const { 'config-map.yaml': _, ...policies } = renderFiles('admission');
let namespaces = 0;

describe('the policies over time', () => {
  let cluster: Cluster;
  let namespace: string;

  before(async () => {
    cluster = await startCluster();
    await applyFiles(cluster.api, policies);
  });
  after(async () => await cluster?.stop());
  beforeEach(async () => {
    namespaces += 1;
    namespace = `team-${namespaces}`;
    const metadata = { name: namespace };
    await createNamespace(cluster.api, { apiVersion: 'v1', kind: 'Namespace', metadata });
  });

  test('a ConfigMap that is added, changed and removed takes effect for the next pod', async () => {
    assert.match(await waitUntilRefused(cluster.api, namespace), /kubectl create configmap/);
    await cluster.api.apply(configMap(namespace, 'first'));
    await waitForRole(cluster.api, namespace, 'first');
    await cluster.api.apply(configMap(namespace, 'second'));
    await waitForRole(cluster.api, namespace, 'second');
    await cluster.api.remove(configMap(namespace, 'second'));
    assert.match(await waitUntilRefused(cluster.api, namespace), /kubectl create configmap/);
  });

  test('a pod that runs already is not touched by a later change of its label', async () => {
    await cluster.api.apply(configMap(namespace, 'reader'));
    await waitForRole(cluster.api, namespace, 'reader');
    const pod = { ...labelledPod(namespace, 'early'), metadata: { namespace, name: 'early' } };
    await cluster.api.create(pod);
    const labelled = await cluster.api.apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace, name: 'early', labels: { 'dataflow-aws-identity/inject': 'true' } },
    } as KubernetesObject);
    assert.equal((labelled as V1Pod).spec?.initContainers, undefined);
  });

  test('a container that another policy adds later has the credentials as well', async () => {
    await cluster.api.apply(configMap(namespace, 'reader'));
    await applyFiles(cluster.api, lateContainer);
    await waitForRole(cluster.api, namespace, 'reader');
    const pod = labelledPod(namespace, 'late');
    const labels = { ...pod.metadata?.labels, 'test/late': 'true' };
    const created = await poll('the other policy is in force', async () => {
      const answer = await cluster.api.create(
        { ...pod, metadata: { ...pod.metadata, labels } },
        dryRun,
      );
      return (answer as V1Pod).spec?.containers.length === 2 && (answer as V1Pod);
    });
    for (const { name, env = [], volumeMounts = [] } of created.spec?.containers ?? []) {
      assert.equal(env.length, new Set(env.map((variable) => variable.name)).size, name);
      assert.ok(
        env.some((variable) => variable.name === 'AWS_SHARED_CREDENTIALS_FILE'),
        name,
      );
      assert.deepEqual(
        volumeMounts.map((mount) => mount.name),
        ['dataflow-aws-identity'],
      );
    }
    assert.equal(created.spec?.initContainers?.length, 1);
    assert.equal(created.spec?.volumes?.length, 1);
  });

  test('without the mutating policy a labelled pod is refused, not started without credentials', async () => {
    await cluster.api.apply(configMap(namespace, 'reader'));
    await waitForRole(cluster.api, namespace, 'reader');
    const [binding] = parseObjects(policies['mutating-admission-policy-binding.yaml'] ?? '');
    await cluster.api.remove(binding as KubernetesObject);
    assert.match(await waitUntilRefused(cluster.api, namespace), /nothing was injected/);
    await cluster.api.apply(binding as KubernetesObject);
    await waitUntilMutating(cluster.api, namespace);
  });
});

describe('the policies as v1beta1', () => {
  let cluster: Cluster;

  before(async () => {
    cluster = await startCluster({
      apiServerArguments: ['--runtime-config=admissionregistration.k8s.io/v1beta1=true'],
    });
  });
  after(async () => await cluster?.stop());

  test('mutate and refuse like v1', async () => {
    const metadata = { name: 'team' };
    await createNamespace(cluster.api, { apiVersion: 'v1', kind: 'Namespace', metadata });
    const files = renderFiles(
      'admission',
      'kubernetes.admission.apiVersion=v1beta1',
      'kubernetes.namespace=team',
    );
    await applyFiles(cluster.api, files);
    await waitUntilMutating(cluster.api, 'team');
    await createNamespace(cluster.api, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'other' },
    });
    assert.match(await waitUntilRefused(cluster.api, 'other'), /kubectl create configmap/);
  });
});

function configMap(namespace: string, role: string): KubernetesObject {
  const data = { 'role-arn': `arn:aws:iam::123456789012:role/${role}`, region: 'eu-west-1' };
  const metadata = { name: 'dataflow-aws-identity', namespace };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data } as KubernetesObject;
}

async function waitForRole(api: KubernetesApi, namespace: string, role: string): Promise<void> {
  await waitUntilMutating(api, namespace);
  await poll(`pods of ${namespace} have the role ${role}`, async () => {
    const pod = await api.create(labelledPod(namespace, 'probe'), dryRun);
    const annotation = pod.metadata?.annotations?.['dataflow-aws-identity/role-arn'];
    return annotation?.endsWith(`:role/${role}`);
  });
}

/** Somebody else's policy, whose name sorts behind ours: it adds a container to pods that ask. */
const lateContainer = {
  'policy.yaml': `
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: { name: zz-late }
spec:
  reinvocationPolicy: Never
  matchConstraints:
    objectSelector: { matchLabels: { test/late: "true" } }
    resourceRules:
      - { apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods] }
  mutations:
    - patchType: JSONPatch
      jsonPatch:
        expression: |
          [JSONPatch{op: "add", path: "/spec/containers/-", value: {"name": "late", "image": "example/late:1"}}]
`,
  'binding.yaml': `
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: { name: zz-late }
spec: { policyName: zz-late }
`,
};
