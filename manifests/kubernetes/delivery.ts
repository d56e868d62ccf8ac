/** What the other containers of the pod get: the shared volume, its mount, and the variables. */

import type { V1EnvVar, V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import {
  CREDENTIALS_PATH,
  ENDPOINT_HOST,
  VARIABLES,
  WORKER_VARIABLES,
} from '../../init/contract.ts';
import {
  CREDENTIALS_FILE,
  ENDPOINT_PORT,
  MOUNT_PATH,
  type Mode,
  TOKEN_FILE,
  VOLUME_NAME,
} from './names.ts';

/** In memory: the credentials never reach the node's disk. */
export const identityVolume: V1Volume = {
  name: VOLUME_NAME,
  emptyDir: { medium: 'Memory', sizeLimit: '1Mi' },
};

export const workerMount: V1VolumeMount = {
  name: VOLUME_NAME,
  mountPath: MOUNT_PATH,
  readOnly: true,
};

/** Variables by which an AWS SDK finds the credentials that `mode` delivers. */
export function buildCredentialsEnv(mode: Mode): V1EnvVar[] {
  if (mode === 'one-shot') return [{ name: VARIABLES.credentialsFile, value: CREDENTIALS_FILE }];
  const url = `http://${ENDPOINT_HOST}:${ENDPOINT_PORT}${CREDENTIALS_PATH}`;
  return [
    { name: WORKER_VARIABLES.endpointUrl, value: url },
    { name: WORKER_VARIABLES.endpointTokenFile, value: TOKEN_FILE },
  ];
}

/**
 * Variables that hold in both modes. boto3 and the C++ SDK read only AWS_DEFAULT_REGION; and an SDK
 * that looked for Amazon's instance metadata would ask Google's server, at the same address.
 */
export function buildRegionEnv(region: string): V1EnvVar[] {
  return [
    { name: VARIABLES.region, value: region },
    { name: VARIABLES.defaultRegion, value: region },
    { name: WORKER_VARIABLES.metadataDisabled, value: 'true' },
  ];
}
