/** Pods that nobody thought of: whatever the outcome, nothing of the user's is lost. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { V1Container, V1Pod } from '@kubernetes/client-node';
import fc from 'fast-check';
import { findAdditions } from './additions.ts';
import { ApiError, dryRun } from './api.ts';
import { applyFiles, createNamespace, renderFiles, waitUntilMutating } from './install.ts';
import { type Cluster, startCluster } from './server.ts';

const LABEL = 'dataflow-aws-identity/inject';
const RUNS = 150;

describe('a generated pod', () => {
  let cluster: Cluster;

  before(async () => {
    cluster = await startCluster();
    await createNamespace(cluster.api, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'default' },
    });
    await applyFiles(cluster.api, renderFiles('admission'));
    await waitUntilMutating(cluster.api, 'default');
  });
  after(async () => await cluster?.stop());

  test('keeps everything its user wrote, or is refused with a message of ours', async () => {
    const outcomes = { mutated: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(anyPod, async (pod) => {
        const plain = await cluster.api.create(pod, dryRun);
        const labelled = withLabel(pod);
        try {
          const { added, lost } = findAdditions(
            partsOf(plain),
            partsOf(await cluster.api.create(labelled, dryRun)),
          );
          assert.deepEqual(lost, []);
          assert.ok(Object.keys(added).some((path) => path.startsWith('/spec/initContainers')));
          outcomes.mutated += 1;
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          assert.match(error.message, /^pods ".*" is forbidden: ValidatingAdmissionPolicy/);
          outcomes.refused += 1;
        }
      }),
      { numRuns: RUNS },
    );
    assert.ok(outcomes.mutated > RUNS / 4, `enough are mutated: ${JSON.stringify(outcomes)}`);
    assert.ok(outcomes.refused > 0, `some are refused: ${JSON.stringify(outcomes)}`);
  });

  test('is mutated to a pod that a second creation leaves as it is', async () => {
    await fc.assert(
      fc.asyncProperty(anyPod, async (pod) => {
        const once = await cluster.api.create(withLabel(pod), dryRun).catch(() => undefined);
        if (once === undefined) return;
        const again = await cluster.api.create({ ...pod, ...partsOf(once) } as V1Pod, dryRun);
        assert.deepEqual(partsOf(again), partsOf(once));
      }),
      { numRuns: RUNS / 3 },
    );
  });
});

/** The parts that users write. */
function partsOf({ metadata, spec }: V1Pod): object {
  const { name, namespace, annotations = {} } = metadata ?? {};
  const labels = { ...metadata?.labels, [LABEL]: 'true' };
  return { metadata: { name, namespace, annotations, labels }, spec };
}

function withLabel(pod: V1Pod): V1Pod {
  return {
    ...pod,
    metadata: { ...pod.metadata, labels: { ...pod.metadata?.labels, [LABEL]: 'true' } },
  };
}

const variable = fc.record({
  name: fc.constantFrom(
    'LOG_LEVEL',
    'AWS_REGION',
    'AWS_DEFAULT_REGION',
    'AWS_EC2_METADATA_DISABLED',
    'AWS_ROLE_ARN',
    'HOME',
  ),
  value: fc.string({ minLength: 1, maxLength: 12 }),
});

const conflict = fc.record({
  name: fc.constantFrom('AWS_ACCESS_KEY_ID', 'AWS_PROFILE', 'AWS_SHARED_CREDENTIALS_FILE'),
  value: fc.string({ minLength: 1, maxLength: 12 }),
});

const mount = fc.record({
  name: fc.constantFrom('data', 'cache'),
  mountPath: fc.constantFrom('/data', '/cache', '/var/run/secrets', '/etc/app'),
  readOnly: fc.boolean(),
});

const container = fc.record(
  {
    image: fc.constantFrom('example/app:1', 'example/app@sha256:'.padEnd(83, '0')),
    args: fc.array(fc.string({ maxLength: 8 }), { maxLength: 2 }),
    env: fc.uniqueArray(
      fc.oneof({ weight: 9, arbitrary: variable }, { weight: 1, arbitrary: conflict }),
      {
        selector: ({ name }) => name,
        maxLength: 4,
      },
    ),
    volumeMounts: fc.uniqueArray(mount, { selector: ({ mountPath }) => mountPath, maxLength: 3 }),
    securityContext: fc.record(
      { runAsUser: fc.nat(70_000), readOnlyRootFilesystem: fc.boolean() },
      { requiredKeys: [] },
    ),
    tty: fc.boolean(),
  },
  { requiredKeys: ['image'] },
);

const containers = (prefix: string, minLength: number, maxLength: number) =>
  fc
    .array(container, { minLength, maxLength })
    .map((list): V1Container[] =>
      list.map((item, index) => ({ ...item, name: `${prefix}-${index}` })),
    );

const podSecurityContext = fc.record(
  {
    runAsUser: fc.constantFrom(0, 1000),
    fsGroup: fc.nat(70_000),
    supplementalGroups: fc.uniqueArray(fc.nat(70_000), { maxLength: 3 }),
  },
  { requiredKeys: [] },
);

const settings = fc.dictionary(
  fc
    .constantFrom('mode', 'skip-containers', 'include-containers', 'duration-seconds', 'region')
    .map((key) => `dataflow-aws-identity/${key}`),
  fc.constantFrom('refreshing', 'one-shot', 'app-0', 'init-0, app-1', '900', 'us-east-1', ''),
  { maxKeys: 1 },
);

const anyPod: fc.Arbitrary<V1Pod> = fc
  .record({
    annotations: settings,
    apps: containers('app', 1, 3),
    inits: containers('init', 0, 2),
    securityContext: podSecurityContext,
    hostNetwork: fc.constantFrom(false, false, false, true),
  })
  .map(({ annotations, apps, inits, securityContext, hostNetwork }) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'generated', namespace: 'default', annotations },
    spec: {
      containers: apps,
      initContainers: inits,
      securityContext,
      hostNetwork,
      volumes: ['data', 'cache'].map((name) => ({ name, emptyDir: {} })),
    },
  }));
