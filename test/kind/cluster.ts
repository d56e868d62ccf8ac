/** The cluster of the suite: one of its own, made by kind, or one that is there already. */

import { env } from 'node:process';
import { KubeConfig } from '@kubernetes/client-node';
import { EMULATORS_IMAGE, INIT_IMAGE } from '../../manifests/kubernetes/kind/names.ts';
import { createApi, type KubernetesApi } from '../cluster/api.ts';
import { run } from './commands.ts';

export type KindCluster = {
  readonly api: KubernetesApi;
  readonly remove: () => void;
};

const NAME = 'dataflow-aws-identity';

/** Path of the kubeconfig of an existing cluster, whose nodes must be able to get the two images. */
export const existingKubeconfig: string | undefined = env['CLUSTER_KUBECONFIG'];

/** Connects to the cluster of CLUSTER_KUBECONFIG; it is left there, with what the suite removes. */
export function connectToExisting(path: string): KindCluster {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(path);
  return { api: createApi(kubeConfig), remove: () => undefined };
}

/** Builds both images, makes a cluster by `configuration` (YAML) and loads them into it. */
export function createKindCluster(configuration: string): KindCluster {
  run('docker', ['build', '--file=image/Dockerfile', '--target=init', `--tag=${INIT_IMAGE}`, '.']);
  run('docker', [
    'build',
    '--file=test/kind/emulators.Dockerfile',
    `--tag=${EMULATORS_IMAGE}`,
    '.',
  ]);
  const remove = () => void run('kind', ['delete', 'cluster', `--name=${NAME}`]);
  run('kind', ['create', 'cluster', `--name=${NAME}`, '--config=-', '--wait=120s'], configuration);
  try {
    run('kind', ['load', 'docker-image', `--name=${NAME}`, INIT_IMAGE, EMULATORS_IMAGE]);
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromString(run('kind', ['get', 'kubeconfig', `--name=${NAME}`]));
    return { api: createApi(kubeConfig), remove };
  } catch (error) {
    remove();
    throw error;
  }
}
