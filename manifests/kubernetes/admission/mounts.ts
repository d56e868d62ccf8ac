/** Which volume mount is the injected one, and which paths are in its way, in CEL. */

import { MOUNT_PATH, UNDER_MOUNT_PATH, VOLUME_NAME } from '../names.ts';
import { celString } from './cel.ts';

/** CEL that tells whether a mount path is that of the credentials, or inside it. */
export function isUnderMountPath(path: string): string {
  return `${path}.matches(${celString(UNDER_MOUNT_PATH.source)})`;
}

/** CEL that tells whether a mount is the injected one: the whole volume, at its place. */
export function isOurMount(mount: string): string {
  return [
    `${mount}.name == ${celString(VOLUME_NAME)}`,
    `${mount}.mountPath == ${celString(MOUNT_PATH)}`,
    `${mount}.?subPath.orValue('') == ''`,
    `${mount}.?subPathExpr.orValue('') == ''`,
  ].join(' && ');
}
