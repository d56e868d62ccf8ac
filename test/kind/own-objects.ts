/** What the suite puts into a cluster and takes away again, and never what was there before. */

import type { KubernetesObject } from '@kubernetes/client-node';
import { ApiError, type KubernetesApi } from '../cluster/api.ts';

/**
 * Throws when one of the objects is in the cluster already. The policies' names are the same in every
 * cluster, so a real installation would be overwritten, and removed at the end.
 */
export async function refuseExisting(
  api: KubernetesApi,
  objects: readonly KubernetesObject[],
): Promise<void> {
  const existing: string[] = [];
  for (const object of objects) {
    if (await exists(api, object)) existing.push(`${object.kind} ${object.metadata?.name}`);
  }
  if (existing.length === 0) return;
  throw new Error(
    `the cluster of CLUSTER_KUBECONFIG has already: ${existing.join(', ')}; use a cluster without them`,
  );
}

/** Removes those objects that are (still) there. */
export async function removeAll(
  api: KubernetesApi,
  objects: readonly KubernetesObject[],
): Promise<void> {
  for (const object of objects) {
    await unlessAbsent(api.remove(object, { propagationPolicy: 'Background' }));
  }
}

async function exists(api: KubernetesApi, object: KubernetesObject): Promise<boolean> {
  return (await unlessAbsent(api.read(object))) !== undefined;
}

async function unlessAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}
