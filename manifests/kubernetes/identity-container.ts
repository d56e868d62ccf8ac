/** The container that brings the identity into a pod: an init container, or a native sidecar. */

import type { V1Container, V1EnvVar, V1ResourceRequirements } from '@kubernetes/client-node';
import { EXECUTABLE_PATH, VARIABLES } from '../../init/contract.ts';
import {
  CONTAINER_NAME,
  CREDENTIALS_FILE,
  ENDPOINT_PORT,
  FILE_MODE,
  IDENTITY_GROUP,
  MOUNT_PATH,
  type Mode,
  TOKEN_FILE,
  VOLUME_NAME,
} from './names.ts';

export type IdentityContainerOptions = {
  /** The `init` image, by digest or tag. */
  readonly image: string;
  readonly imagePullPolicy: string;
  readonly mode: Mode;
  readonly env: V1EnvVar[];
  readonly resources: V1ResourceRequirements;
};

/**
 * Builds the container. It meets the restricted Pod Security Standard by its own security context
 * and names no user, so that it runs as the pod's, or else as the image's own (65532).
 */
export function buildIdentityContainer(options: IdentityContainerOptions): V1Container {
  const { image, imagePullPolicy, mode, env, resources } = options;
  return {
    name: CONTAINER_NAME,
    image,
    imagePullPolicy,
    ...(mode === 'refreshing' ? nativeSidecar : { args: ['init'] }),
    env,
    resources,
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsGroup: IDENTITY_GROUP,
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    volumeMounts: [{ name: VOLUME_NAME, mountPath: MOUNT_PATH }],
  };
}

/** Variables that tell the container where to deliver. */
export function buildDeliveryEnv(mode: Mode): V1EnvVar[] {
  const shared = { name: VARIABLES.fileMode, value: FILE_MODE };
  if (mode === 'one-shot') {
    return [{ name: VARIABLES.credentialsFile, value: CREDENTIALS_FILE }, shared];
  }
  return [
    { name: VARIABLES.port, value: String(ENDPOINT_PORT) },
    { name: VARIABLES.tokenFile, value: TOKEN_FILE },
    shared,
  ];
}

/**
 * The endpoint listens on the loopback interface only, where the kubelet cannot reach it: the probe
 * asks from inside. The program itself gives up after 45 seconds, so 60 attempts are enough.
 */
export const nativeSidecar = {
  args: ['serve'],
  restartPolicy: 'Always',
  startupProbe: {
    exec: { command: [EXECUTABLE_PATH, 'serve', '--check'] },
    periodSeconds: 1,
    timeoutSeconds: 5,
    failureThreshold: 60,
  },
} satisfies Partial<V1Container>;
