import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildClusterConfig } from '../../../manifests/kubernetes/kind/cluster-config.ts';

for (const [apiVersion, minor, isSwitchedOn] of [
  ['v1', '1.36', false],
  ['v1beta1', '1.35', true],
] as const) {
  test(`the kind cluster for ${apiVersion} is Kubernetes ${minor}, whatever kind's default is`, () => {
    const { nodes, featureGates } = buildClusterConfig(apiVersion);
    assert.match(nodes[0]?.image ?? '', new RegExp(`^kindest/node:v${minor}\\.\\d+$`));
    assert.equal(featureGates?.['MutatingAdmissionPolicy'] ?? false, isSwitchedOn);
  });
}
