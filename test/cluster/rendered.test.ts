/** Everything that is rendered, against the schemas and the admission of a real kube-apiserver. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { V1Deployment, V1Job, V1Pod, V1PodTemplateSpec } from '@kubernetes/client-node';
import { CLUSTER_CONFIG_FILE } from '../../manifests/kubernetes/kind/render.ts';
import type { Files } from '../../manifests/renderers.ts';
import { dryRun } from './api.ts';
import { createNamespace, parseObjects, renderFiles } from './install.ts';
import { type Cluster, startCluster } from './server.ts';

const renderings: { title: string; what: string; assignments: string[] }[] = [
  { title: 'job', what: 'job', assignments: [] },
  { title: 'job, refreshing', what: 'job', assignments: ['kubernetes.mode=refreshing'] },
  { title: 'admission', what: 'admission', assignments: [] },
  {
    title: 'admission, v1beta1',
    what: 'admission',
    assignments: ['kubernetes.admission.apiVersion=v1beta1'],
  },
  { title: 'kind', what: 'kind', assignments: [] },
];

describe('what is rendered', () => {
  let cluster: Cluster;

  before(async () => {
    cluster = await startCluster({
      apiServerArguments: ['--runtime-config=admissionregistration.k8s.io/v1beta1=true'],
    });
    for (const name of ['default', 'identity-demo', 'restricted']) {
      const metadata = { name, ...(name === 'default' ? {} : { labels: restricted }) };
      await createNamespace(cluster.api, { apiVersion: 'v1', kind: 'Namespace', metadata });
    }
  });
  after(async () => await cluster?.stop());

  for (const { title, what, assignments } of renderings) {
    test(`${title}: the server accepts every object, with no unknown or duplicate field`, async () => {
      const { [CLUSTER_CONFIG_FILE]: _, ...files } = renderFiles(what, ...assignments);
      for (const object of Object.values(files).flatMap(parseObjects)) {
        const accepted = await cluster.api.apply(object, dryRun);
        assert.equal(accepted.kind, object.kind);
      }
    });
  }

  for (const mode of ['one-shot', 'refreshing']) {
    test(`job, ${mode}: its pods meet the restricted Pod Security Standard`, async () => {
      for (const template of podTemplates(renderFiles('job', `kubernetes.mode=${mode}`))) {
        const pod = podOf(template);
        const created = await cluster.api.create(pod, dryRun);
        assert.deepEqual(created.spec?.initContainers?.length, 1);
      }
    });
  }

  test('a pod that falls short of the standard would have been refused', async () => {
    const [template] = podTemplates(renderFiles('job'));
    const pod = podOf(template as V1PodTemplateSpec);
    const [container] = pod.spec?.containers ?? [];
    if (container?.securityContext) container.securityContext.allowPrivilegeEscalation = true;
    await assert.rejects(cluster.api.create(pod, dryRun), /violates PodSecurity "restricted/);
  });
});

const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted' };

function podTemplates(files: Files): V1PodTemplateSpec[] {
  return Object.values(files)
    .flatMap(parseObjects)
    .filter(({ kind }) => kind === 'Job' || kind === 'Deployment')
    .map((object) => (object as V1Job | V1Deployment).spec?.template as V1PodTemplateSpec);
}

/** What the controllers, which are not here, would create. */
function podOf(template: V1PodTemplateSpec): V1Pod {
  const { serviceAccountName: _, ...spec } = template.spec ?? { containers: [] };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...template.metadata, namespace: 'restricted', generateName: 'pod-' },
    spec,
  };
}
