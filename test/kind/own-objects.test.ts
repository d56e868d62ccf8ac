import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { KubernetesObject } from '@kubernetes/client-node';
import { ApiError, type KubernetesApi } from '../cluster/api.ts';
import { refuseExisting, removeAll } from './own-objects.ts';

const policy = { kind: 'MutatingAdmissionPolicy', metadata: { name: 'policy' } };
const pod = { kind: 'Pod', metadata: { name: 'caller' } };

/** A cluster that has these objects only; `calls` are the requests it got. */
function fakeCluster(...present: KubernetesObject[]) {
  const calls: string[] = [];
  const answer = (method: string) => async (object: KubernetesObject) => {
    calls.push(`${method} ${object.kind}`);
    if (!present.includes(object)) throw new ApiError(404, 'not found');
    return object;
  };
  const api = { read: answer('read'), remove: answer('remove') };
  return { api: api as unknown as KubernetesApi, calls };
}

describe('the objects of the suite in an existing cluster', () => {
  test('are refused, all by name, where the cluster has them; nothing is changed', async () => {
    const { api, calls } = fakeCluster(policy, pod);
    await assert.rejects(
      refuseExisting(api, [policy, pod]),
      /has already: MutatingAdmissionPolicy policy, Pod caller; use a cluster without them$/,
    );
    assert.deepEqual(calls, ['read MutatingAdmissionPolicy', 'read Pod']);
  });

  test('are let into a cluster without them', async () => {
    await refuseExisting(fakeCluster().api, [policy, pod]);
  });

  test('are removed, those that are gone already left out', async () => {
    const { api, calls } = fakeCluster(pod);
    await removeAll(api, [policy, pod]);
    assert.deepEqual(calls, ['remove MutatingAdmissionPolicy', 'remove Pod']);
  });

  test('an answer other than "not found" is thrown, and not taken for one', async () => {
    const api = { read: () => Promise.reject(new ApiError(403, 'forbidden')) };
    await assert.rejects(refuseExisting(api as unknown as KubernetesApi, [policy]), /forbidden/);
  });
});
