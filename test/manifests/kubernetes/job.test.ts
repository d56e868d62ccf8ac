import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { V1Container, V1Deployment, V1Job, V1PodSpec } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { renderJob } from '../../../manifests/kubernetes/job/render.ts';
import { buildSettings } from '../settings-fixture.ts';

const BEAM = [
  'kubernetes.image=init:1',
  'kubernetes.beam.image=beam:1',
  'kubernetes.beam.command=/go',
];

function renderPods(...assignments: string[]): V1PodSpec[] {
  const files = renderJob(buildSettings(...BEAM, ...assignments));
  const objects = [files['job.yaml'], files['deployment.yaml']].map((text = '') => parse(text));
  return (objects as (V1Job | V1Deployment)[]).map(
    (object) => object.spec?.template.spec as V1PodSpec,
  );
}

function valueOfVariable({ env = [] }: V1Container, name: string): string | undefined {
  return env.find((variable) => variable.name === name)?.value;
}

describe('the pods of job', () => {
  for (const mode of ['one-shot', 'refreshing']) {
    for (const [index, kind] of ['Job', 'Deployment'].entries()) {
      test(`${kind}, ${mode}: every container is restricted by itself`, () => {
        const pod = renderPods(`kubernetes.mode=${mode}`)[index];
        for (const container of [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])]) {
          const { securityContext } = container;
          assert.equal(securityContext?.allowPrivilegeEscalation, false);
          assert.equal(securityContext.readOnlyRootFilesystem, true);
          assert.equal(securityContext.runAsNonRoot, true);
          assert.deepEqual(securityContext.capabilities?.drop, ['ALL']);
          assert.equal(securityContext.seccompProfile?.type, 'RuntimeDefault');
        }
      });
    }
  }

  test('the worker reads the file that the init container writes, and cannot write it', () => {
    for (const { initContainers = [], containers, securityContext, volumes = [] } of renderPods()) {
      const [identity, worker] = [initContainers[0], containers[0]] as V1Container[];
      const file = valueOfVariable(identity as V1Container, 'AWS_SHARED_CREDENTIALS_FILE');
      assert.equal(valueOfVariable(worker as V1Container, 'AWS_SHARED_CREDENTIALS_FILE'), file);
      assert.equal(valueOfVariable(identity as V1Container, 'AWS_IDENTITY_FILE_MODE'), '0640');
      assert.notEqual(worker?.securityContext?.runAsUser, identity?.securityContext?.runAsUser);
      assert.equal(securityContext?.fsGroup, 65_532);
      assert.equal(worker?.volumeMounts?.[0]?.readOnly, true);
      assert.equal(volumes[0]?.emptyDir?.medium, 'Memory');
    }
  });

  test('the identity container asks for the audience and the duration of the settings', () => {
    const settings = ['aws.audience=my-audience', 'kubernetes.durationSeconds=1800'];
    for (const { initContainers = [] } of renderPods(...settings)) {
      const [identity] = initContainers as [V1Container];
      assert.equal(valueOfVariable(identity, 'AWS_IDENTITY_AUDIENCE'), 'my-audience');
      assert.equal(valueOfVariable(identity, 'AWS_IDENTITY_DURATION'), '1800');
    }
  });

  test('the command keeps repeated arguments, and the worker has its own resources', () => {
    const command = ['/go', '--a', 'x', '--b', 'x'];
    const [job, deployment] = renderPods(
      `kubernetes.beam.command=${command}`,
      'kubernetes.beam.resources.limits.memory=3Gi',
    );
    const resources = {
      requests: { cpu: '500m', memory: '1Gi' },
      limits: { cpu: '2', memory: '3Gi' },
    };
    assert.deepEqual(job?.containers[0]?.command, command);
    assert.deepEqual(job?.containers[0]?.resources, resources);
    assert.deepEqual(deployment?.containers[0]?.resources, resources);
  });

  test('the identity container runs as a user given by number', () => {
    for (const { initContainers = [], securityContext } of renderPods()) {
      assert.equal(securityContext?.runAsUser, undefined);
      assert.equal(initContainers[0]?.securityContext?.runAsUser, 65_532);
    }
  });

  test('refreshing is a native sidecar with a startup probe, and the worker has its address', () => {
    for (const { initContainers = [], containers } of renderPods('kubernetes.mode=refreshing')) {
      const [identity, worker] = [initContainers[0], containers[0]] as V1Container[];
      assert.equal(identity?.restartPolicy, 'Always');
      assert.ok(identity?.startupProbe?.exec?.command?.includes('--check'));
      const port = valueOfVariable(identity as V1Container, 'AWS_IDENTITY_PORT');
      const url = valueOfVariable(worker as V1Container, 'AWS_CONTAINER_CREDENTIALS_FULL_URI');
      assert.equal(url, `http://127.0.0.1:${port}/v1/credentials`);
      const tokenFile = valueOfVariable(identity as V1Container, 'AWS_IDENTITY_TOKEN_FILE');
      assert.equal(
        valueOfVariable(worker as V1Container, 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'),
        tokenFile,
      );
      assert.equal(
        valueOfVariable(worker as V1Container, 'AWS_SHARED_CREDENTIALS_FILE'),
        undefined,
      );
    }
  });
});
