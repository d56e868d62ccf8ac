/** A pool of Beam workers, for a runner with `--environment_type=EXTERNAL`. */

import type { V1Deployment } from '@kubernetes/client-node';
import { buildWorkerPodSpec, type WorkerPodOptions } from './worker-pod.ts';

export const DEPLOYMENT_NAME = 'beam-worker-pool';

/** Port on which Beam's boot serves a worker pool (sdks/go/container/pool). */
export const WORKER_POOL_PORT = 50_000;

/** Builds the Deployment. */
export function buildDeployment(options: WorkerPodOptions): V1Deployment {
  const labels = { 'app.kubernetes.io/name': DEPLOYMENT_NAME };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: DEPLOYMENT_NAME, namespace: options.kubernetes.namespace },
    spec: {
      replicas: options.kubernetes.beam.workers,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: buildWorkerPodSpec(options) },
    },
  };
}
