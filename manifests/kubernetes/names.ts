/**
 * The public contract of the Kubernetes side: labels, annotations, names and paths that users write
 * in their pods and policies rely on.
 */

import { PROGRAM, SERVE_PORT, VARIABLES } from '../../init/contract.ts';

/** A pod with this label set to "true" gets the identity. */
export const INJECT_LABEL = `${PROGRAM}/inject`;

/** Annotations of a pod start with it; what follows is a key of the ConfigMap. */
export const ANNOTATION_PREFIX = `${PROGRAM}/`;

/** The ConfigMap of a namespace that holds the settings of its pods. */
export const CONFIG_MAP_NAME: string = PROGRAM;

/** The init container or native sidecar; the volume that it shares with the others. */
export const CONTAINER_NAME: string = PROGRAM;
export const VOLUME_NAME: string = PROGRAM;

export const MOUNT_PATH = `/var/run/secrets/${PROGRAM}`;

/** A path at or under MOUNT_PATH in any spelling; `/var/run` is a link to `/run` in most images. */
export const UNDER_MOUNT_PATH: RegExp = new RegExp(
  `^[./]*(var/[./]*)?run/[./]*secrets/[./]*${PROGRAM}(/|$)`,
);

export const CREDENTIALS_FILE = `${MOUNT_PATH}/credentials`;
export const TOKEN_FILE = `${MOUNT_PATH}/token`;
export const ENDPOINT_PORT: number = SERVE_PORT;

/** Owner reads and writes, the group reads: the pod's containers share a group, not a user. */
export const FILE_MODE = '0640';

/** User and group of the `init` image, and the group that a pod's containers share. */
export const IDENTITY_USER = 65_532;
export const IDENTITY_GROUP = 65_532;

/** One-shot: a credentials file, written once. Refreshing: an endpoint for as long as the pod lives. */
export const MODES = ['one-shot', 'refreshing'] as const;
export type Mode = (typeof MODES)[number];

/** Settings that become a variable of the identity container, by their key. */
export const VARIABLE_BY_SETTING = {
  'role-arn': VARIABLES.roleArn,
  region: VARIABLES.region,
  audience: VARIABLES.audience,
  'duration-seconds': VARIABLES.duration,
  'role-session-name': VARIABLES.roleSessionName,
  'log-level': VARIABLES.logLevel,
  'metadata-host': VARIABLES.metadataHost,
  'sts-endpoint': VARIABLES.stsEndpoint,
} as const;

/** Every key that the ConfigMap and, behind the prefix, a pod's annotations may have. */
export const SETTING_KEYS: readonly string[] = [
  ...Object.keys(VARIABLE_BY_SETTING),
  'mode',
  'include-containers',
  'skip-containers',
];

/**
 * Variables that can win over the delivered credentials in an AWS SDK's default chain, so that a
 * container with one of them would silently run as somebody else, or fail. AWS_ACCESS_KEY and
 * AWS_SECRET_KEY are the Go SDK's other names for static keys; a configuration file may name a role.
 */
export const CONFLICTING_VARIABLES: readonly string[] = [
  'AWS_ACCESS_KEY_ID',
  'AWS_ACCESS_KEY',
  'AWS_SECRET_KEY',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_CONFIG_FILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
];

/** The same for the refreshing mode: SDKs read a shared credentials file before they ask an endpoint. */
export const CONFLICTING_WITH_ENDPOINT: readonly string[] = [VARIABLES.credentialsFile];
