/** Namespaces whose Google and AWS are the emulators. */

import type { V1ConfigMap } from '@kubernetes/client-node';
import { buildConfigMap } from '../../manifests/kubernetes/admission/config-map.ts';
import { DEFAULT_ROLE, type Emulators } from '../emulators/start.ts';
import { applyFiles, createNamespace, renderFiles, waitUntilMutating } from './install.ts';
import { type Cluster, startCluster } from './server.ts';

/** Starts a cluster whose policies already mutate the pods of a namespace, for the emulators. */
export async function startEmulatedCluster(emulators: Emulators, name: string): Promise<Cluster> {
  const cluster = await startCluster();
  try {
    await createNamespace(cluster.api, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    });
    const { 'config-map.yaml': _, ...policies } = renderFiles('admission');
    await applyFiles(cluster.api, policies);
    await cluster.api.apply(configMapFor(emulators, name));
    await waitUntilMutating(cluster.api, name);
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

function configMapFor({ environment }: Emulators, namespace: string): V1ConfigMap {
  return buildConfigMap(namespace, {
    'role-arn': DEFAULT_ROLE.arn,
    region: 'eu-west-1',
    'metadata-host': environment.GCE_METADATA_HOST,
    'sts-endpoint': environment.AWS_ENDPOINT_URL_STS,
  });
}
