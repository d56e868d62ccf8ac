/** The pod that Job and Deployment share: the identity first, then the Beam container. */

import type { V1Container, V1PodSpec } from '@kubernetes/client-node';
import type { Settings } from '../../settings/table.ts';
import { buildCredentialsEnv, buildRegionEnv, identityVolume, workerMount } from '../delivery.ts';
import { buildDeliveryEnv, buildIdentityContainer } from '../identity-container.ts';
import { buildIdentityEnv, type IdentitySettings } from '../identity-settings.ts';
import { IDENTITY_GROUP, IDENTITY_USER } from '../names.ts';

export type WorkerPodOptions = {
  readonly identity: IdentitySettings;
  readonly region: string;
  readonly kubernetes: Settings['kubernetes'];
  /** The container that does the work: name, image, what it runs, and variables of its own. */
  readonly worker: V1Container;
};

/** Any user will do for the worker that is not root; this one is not the identity container's. */
const WORKER_USER = 10_001;

/**
 * Builds the pod's spec. It meets the restricted Pod Security Standard. The two containers run as
 * different users: fsGroup makes the files in the shared volume readable to the worker's group, and
 * their mode (0640) to nobody else.
 */
export function buildWorkerPodSpec(options: WorkerPodOptions): V1PodSpec {
  const { kubernetes } = options;
  return {
    serviceAccountName: kubernetes.serviceAccount,
    automountServiceAccountToken: false,
    securityContext: {
      runAsNonRoot: true,
      fsGroup: IDENTITY_GROUP,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    initContainers: [buildIdentity(options)],
    containers: [buildWorker(options)],
    volumes: [identityVolume, { name: 'scratch', emptyDir: {} }],
  };
}

/** The pod names no user. By number, the kubelet sees that it is not root; an image may name it in words. */
function buildIdentity({ identity, kubernetes }: WorkerPodOptions): V1Container {
  const { image, imagePullPolicy, mode, resources } = kubernetes;
  const env = [...buildIdentityEnv(identity), ...buildDeliveryEnv(mode)];
  const container = buildIdentityContainer({ image, imagePullPolicy, mode, env, resources });
  return {
    ...container,
    securityContext: { ...container.securityContext, runAsUser: IDENTITY_USER },
  };
}

/** Beam stages into /tmp; the rest of the root file system is read-only. */
function buildWorker({ region, kubernetes, worker }: WorkerPodOptions): V1Container {
  return {
    ...worker,
    imagePullPolicy: kubernetes.imagePullPolicy,
    env: [
      ...(worker.env ?? []),
      ...buildCredentialsEnv(kubernetes.mode),
      ...buildRegionEnv(region),
    ],
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
      runAsGroup: WORKER_USER,
      runAsNonRoot: true,
      runAsUser: WORKER_USER,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    volumeMounts: [workerMount, { name: 'scratch', mountPath: '/tmp' }],
    workingDir: '/tmp',
  };
}
