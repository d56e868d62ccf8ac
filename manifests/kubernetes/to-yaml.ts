/** Objects to files: the only place of manifests/kubernetes/ where text is made. */

import type { KubernetesObject } from '@kubernetes/client-node';
import { stringify } from 'yaml';

/**
 * Renders one object as YAML. Keys keep the order of the builder and long lines are not folded, so
 * the text is the same byte for byte wherever it is rendered.
 */
export function toYaml(object: KubernetesObject): string {
  return stringify(object, { lineWidth: 0, aliasDuplicateObjects: false });
}
