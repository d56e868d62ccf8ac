/** CEL variables that both policies derive from a pod: its settings, and which containers they are for. */

import type { V1Variable } from '@kubernetes/client-node';
import { ANNOTATION_PREFIX, CONTAINER_NAME, SETTING_KEYS } from '../names.ts';
import { celString } from './cel.ts';

/** The lists of containers in a pod's spec. Ephemeral containers cannot be given a new mount. */
export const CONTAINER_LISTS = ['containers', 'initContainers'] as const;
export type ContainerList = (typeof CONTAINER_LISTS)[number];

const PREFIX = celString(ANNOTATION_PREFIX);
const KEYS = JSON.stringify(SETTING_KEYS);

/**
 * Builds the variables. `config` is a CEL map of settings that the pod's annotations win over.
 *
 * An annotation that is there but empty is a setting too: it takes the ConfigMap's value away.
 */
export function buildPodVariables(config: string): V1Variable[] {
  return [
    { name: 'config', expression: config },
    { name: 'annotations', expression: 'object.metadata.?annotations.orValue({})' },
    {
      name: 'settings',
      expression: `${KEYS}.transformMapEntry(i, key,
  (${PREFIX} + key) in variables.annotations || key in variables.config,
  {key: variables.annotations[?${PREFIX} + key].orValue(variables.config[?key].orValue(''))})`,
    },
    { name: 'mode', expression: `${setting('mode')} == '' ? 'one-shot' : ${setting('mode')}` },
    { name: 'included', expression: nameList('include-containers') },
    { name: 'skipped', expression: nameList('skip-containers') },
    { name: 'containers', expression: 'object.spec.containers' },
    { name: 'initContainers', expression: 'object.spec.?initContainers.orValue([])' },
    { name: 'volumes', expression: 'object.spec.?volumes.orValue([])' },
  ];
}

/** CEL for the value of a setting; empty when it is not set. */
export function setting(key: string): string {
  return `variables.settings[?${celString(key)}].orValue('')`;
}

/** CEL that tells whether a container is to get the credentials. */
export function isChosen(container: string): string {
  return [
    `${container}.name != ${celString(CONTAINER_NAME)}`,
    `!(${container}.name in variables.skipped)`,
    `(variables.included.size() == 0 || ${container}.name in variables.included)`,
  ].join(' && ');
}

/** A list of names separated by commas; blanks around them and empty items do not count. */
function nameList(key: string): string {
  return `${setting(key)}.split(',').map(name, name.trim()).filter(name, name != '')`;
}
