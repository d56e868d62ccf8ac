/** Everything that is rendered, against the schemas and the admission of a real kube-apiserver. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { V1Deployment, V1Job, V1Pod, V1PodTemplateSpec } from '@kubernetes/client-node';
import { CLUSTER_CONFIG_FILE } from '../../manifests/kubernetes/kind/render.ts';
import type { Files } from '../../manifests/renderers.ts';
import { examples, renderExample } from '../manifests/kubernetes/examples.ts';
import { dryRun } from './api.ts';
import { createNamespace, parseObjects, renderFiles } from './install.ts';
import { findSchemaErrors } from './schemas.ts';
import { type Cluster, startCluster } from './server.ts';

const values = join(import.meta.dirname, '../../manifests/examples/kubernetes/values.yaml');
const valuesText = readFileSync(values, 'utf8');

describe('what is rendered', () => {
  let cluster: Cluster;

  before(async () => {
    cluster = await startCluster({
      apiServerArguments: ['--runtime-config=admissionregistration.k8s.io/v1beta1=true'],
    });
    for (const name of ['pipelines', 'identity-demo', 'restricted']) {
      const metadata = { name, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } };
      await createNamespace(cluster.api, { apiVersion: 'v1', kind: 'Namespace', metadata });
    }
  });
  after(async () => await cluster?.stop());

  for (const example of examples) {
    const { [CLUSTER_CONFIG_FILE]: _, ...files } = renderExample(example, valuesText);
    for (const [name, text] of Object.entries(files)) {
      test(`${example.folder}/${name}: valid by the published schema, and accepted by the server`, async () => {
        for (const object of parseObjects(text)) {
          assert.deepEqual(await findSchemaErrors(cluster.api, object), []);
          const accepted = await cluster.api.apply(object, dryRun);
          assert.equal(accepted.kind, object.kind);
        }
      });
    }
  }

  test('the schemas find a value of the wrong type, and the server an unknown field', async () => {
    const [job] = parseObjects(renderFiles('job')['job.yaml'] ?? '') as V1Job[];
    const wrong = { ...job, spec: { ...job?.spec, backoffLimit: 'two' } } as unknown as V1Job;
    assert.equal(
      (await findSchemaErrors(cluster.api, wrong))[0]?.instancePath,
      '/spec/backoffLimit',
    );
    const unknown = { ...job, spec: { ...job?.spec, backOffLimit: 2 } } as unknown as V1Job;
    await assert.rejects(cluster.api.create(unknown, dryRun), /unknown field "spec.backOffLimit"/);
  });

  for (const mode of ['one-shot', 'refreshing']) {
    test(`job, ${mode}: its pods meet the restricted Pod Security Standard`, async () => {
      for (const template of podTemplates(renderFiles('job', `kubernetes.mode=${mode}`))) {
        const created = await cluster.api.create(podOf(template), dryRun);
        assert.equal(created.spec?.initContainers?.length, 1);
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
