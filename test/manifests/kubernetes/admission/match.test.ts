import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { outside } from '../../../../manifests/kubernetes/admission/match.ts';

describe('the namespaces that the policies look at', () => {
  const system = ['kube-system', 'kube-public', 'kube-node-lease'];

  test("leave out the cluster's own, whatever else is excluded", () => {
    assert.deepEqual(outside([]).values, system);
    assert.deepEqual(outside(['ours']).values, [...system, 'ours']);
  });

  test('name each namespace once', () => {
    assert.deepEqual(outside(['kube-system', 'ours']).values, [...system, 'ours']);
  });
});
