/** A pod's containers on this machine: what a kubelet would start, with a folder as the shared volume. */

import { join } from 'node:path';
import type { V1Container, V1PodSpec } from '@kubernetes/client-node';
import { EXECUTABLE_PATH } from '../../init/contract.ts';
import { ENDPOINT_PORT, IDENTITY_USER, MOUNT_PATH } from '../../manifests/kubernetes/names.ts';

export const executable: string = join(import.meta.dirname, '../../dist/dataflow-aws-identity');

export type Place = {
  /** Folder in the place of the shared volume. */
  readonly volume: string;
  readonly port: number;
  readonly executable: string;
};

/** Puts this machine's folder, port and executable in the place of the container's own. */
export function localize(container: V1Container, place: Place): V1Container {
  const text = JSON.stringify(container)
    .replaceAll(MOUNT_PATH, place.volume)
    .replaceAll(`"${ENDPOINT_PORT}"`, `"${place.port}"`)
    .replaceAll(`:${ENDPOINT_PORT}/`, `:${place.port}/`)
    .replaceAll(EXECUTABLE_PATH, place.executable);
  return JSON.parse(text) as V1Container;
}

/** A container's environment: what its spec says, and what kubelet and runtime add. */
export function environmentOf({ env = [] }: V1Container): NodeJS.ProcessEnv {
  const variables = Object.fromEntries(env.map(({ name, value = '' }) => [name, value]));
  return { HOME: '/', HOSTNAME: 'probe', KUBERNETES_SERVICE_HOST: '10.0.0.1', ...variables };
}

/** Arguments of util-linux's setpriv that give a process the container's user and groups. */
export function setprivArguments(pod: V1PodSpec, container: V1Container): string[] {
  const { runAsUser, runAsGroup, fsGroup, supplementalGroups = [] } = pod.securityContext ?? {};
  const user = container.securityContext?.runAsUser ?? runAsUser ?? IDENTITY_USER;
  const group = container.securityContext?.runAsGroup ?? runAsGroup ?? user;
  const groups = [...supplementalGroups, ...(fsGroup === undefined ? [] : [fsGroup])];
  const membership = groups.length === 0 ? '--clear-groups' : `--groups=${groups.join(',')}`;
  return [`--reuid=${user}`, `--regid=${group}`, membership, '--no-new-privs'];
}
