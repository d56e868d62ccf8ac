/**
 * What the mutating policy adds to a pod, in CEL. Every step adds only what is missing: a second run
 * (reinvocation after another policy or webhook) adds nothing, or only to containers that are new,
 * and nothing of the user's is replaced. What stands in the way is left to the validating policy.
 */

import { VARIABLES } from '../../../init/contract.ts';
import { identityVolume, workerMount } from '../delivery.ts';
import {
  ANNOTATION_PREFIX,
  CONTAINER_NAME,
  IDENTITY_GROUP,
  MOUNT_PATH,
  VOLUME_NAME,
} from '../names.ts';
import { celString, toCel } from './cel.ts';
import { CONTAINER_LISTS, type ContainerList, isChosen } from './pod-variables.ts';

/** The patch, one expression: a list of JSON Patch operations (RFC 6902). */
export function buildPatchExpression(): string {
  return [
    ...annotationPatches,
    ...CONTAINER_LISTS.flatMap((list) => [envPatches(list), mountPatches(list)]),
    volumePatch,
    ...groupPatches,
    identityContainerPatch,
  ].join(' +\n');
}

/** One operation. `add` of a member that is there replaces it, so a list's value starts with what it has. */
function add(path: string, value: string): string {
  return `JSONPatch{op: 'add', path: ${path}, value: ${value}}`;
}

/** The operations, unless the condition holds. */
function unless(condition: string, operation: string): string {
  return `(${condition} ? [] : [\n${operation}])`;
}

/**
 * Settings of the ConfigMap are written to the pod as annotations: whoever reads the pod sees what
 * was decided, a second run decides the same, and the validating policy needs no ConfigMap.
 */
const annotationPatches = [
  unless(
    'variables.settings.size() == 0 || has(object.metadata.annotations)',
    add("'/metadata/annotations'", '{}'),
  ),
  `variables.settings.transformList(key, value, !((${celString(ANNOTATION_PREFIX)} + key) in variables.annotations),
${add(`'/metadata/annotations/' + jsonpatch.escapeKey(${celString(ANNOTATION_PREFIX)} + key)`, 'value')})`,
];

function envPatches(list: ContainerList): string {
  const env = 'c.?env.orValue([])';
  const missing = `variables.workerEnv.filter(e, !${env}.exists(own, ${isSameVariable('own.name', 'e.name')}))`;
  return `variables.${list}.transformList(i, c, ${isChosen('c')} && ${missing}.size() > 0,
${add(`'/spec/${list}/' + string(i) + '/env'`, `${env} + ${missing}`)})`;
}

/** Two regions in one container would be worse than one of the two variables: they count as one. */
function isSameVariable(one: string, other: string): string {
  const names = toCel([VARIABLES.region, VARIABLES.defaultRegion]);
  return `${one} == ${other} || ${one} in ${names} && ${other} in ${names}`;
}

function mountPatches(list: ContainerList): string {
  const mounts = 'c.?volumeMounts.orValue([])';
  const isTaken = `${mounts}.exists(m, m.name == ${celString(VOLUME_NAME)} || m.mountPath == ${celString(MOUNT_PATH)})`;
  return `variables.${list}.transformList(i, c, ${isChosen('c')} && !${isTaken},
${add(`'/spec/${list}/' + string(i) + '/volumeMounts'`, `${mounts} + [${toCel(workerMount)}]`)})`;
}

const volumePatch = unless(
  `variables.volumes.exists(v, v.name == ${celString(VOLUME_NAME)})`,
  add("'/spec/volumes'", `variables.volumes + [${toCel(identityVolume)}]`),
);

/**
 * Containers of different users read the files by a shared group. A pod with an fsGroup has one; to
 * others a supplemental group is added, which unlike fsGroup leaves the user's own volumes alone.
 */
const groups = 'variables.securityContext.?supplementalGroups.orValue([])';
const sharesGroup = `variables.securityContext.?fsGroup.hasValue() || ${IDENTITY_GROUP} in ${groups}`;

const groupPatches = [
  unless(
    `${sharesGroup} || has(object.spec.securityContext)`,
    add("'/spec/securityContext'", '{}'),
  ),
  unless(
    sharesGroup,
    add("'/spec/securityContext/supplementalGroups'", `${groups} + [${IDENTITY_GROUP}]`),
  ),
];

/** First among the init containers, so that those that follow have credentials as well. */
const identityContainerPatch = unless(
  `(variables.initContainers + variables.containers).exists(c, c.name == ${celString(CONTAINER_NAME)})`,
  add("'/spec/initContainers'", '[variables.identityContainer] + variables.initContainers'),
);
