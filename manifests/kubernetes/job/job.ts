/** A batch pipeline: a Job that runs once. */

import type { V1Job } from '@kubernetes/client-node';
import { buildWorkerPodSpec, type WorkerPodOptions } from './worker-pod.ts';

export const JOB_NAME = 'beam-batch';

/** Builds the Job. A native sidecar does not keep it from completing. */
export function buildJob(options: WorkerPodOptions): V1Job {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: JOB_NAME, namespace: options.kubernetes.namespace },
    spec: {
      backoffLimit: 2,
      template: {
        metadata: { labels: { 'app.kubernetes.io/name': JOB_NAME } },
        spec: { ...buildWorkerPodSpec(options), restartPolicy: 'Never' },
      },
    },
  };
}
