/** The ConfigMap of a namespace: the settings of its labelled pods. */

import type { V1ConfigMap } from '@kubernetes/client-node';
import { CONFIG_MAP_NAME } from '../names.ts';

/** Builds the ConfigMap; an empty value counts as none and is left out. */
export function buildConfigMap(
  namespace: string,
  settings: { readonly [key: string]: string },
): V1ConfigMap {
  const data = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== ''));
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: CONFIG_MAP_NAME, namespace },
    data,
  };
}
