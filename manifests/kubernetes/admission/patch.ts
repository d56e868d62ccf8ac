/**
 * What the mutating policy adds to a pod, in CEL. Every step adds only what is missing: a second run
 * (reinvocation after another policy or webhook) adds nothing, or only to containers that are new,
 * and nothing of the user's is replaced. What stands in the way is left to the validating policy.
 *
 * No operation carries a value of the pod: kube-apiserver 1.37 cannot write those back as JSON. So a
 * list that is missing is made first, empty, and then each item is appended by itself.
 */

import { VARIABLES } from '../../../init/contract.ts';
import { identityVolume, workerMount } from '../delivery.ts';
import {
  ANNOTATION_PREFIX,
  CONTAINER_NAME,
  IDENTITY_GROUP,
  SETTING_KEYS,
  VOLUME_NAME,
} from '../names.ts';
import { celString, toCel, when } from './cel.ts';
import { LONGEST_WORKER_ENV } from './injection-variables.ts';
import { isUnderMountPath } from './mounts.ts';
import { CONTAINER_LISTS, type ContainerList, isChosen } from './pod-variables.ts';

/** The patch, one expression: a list of JSON Patch operations (RFC 6902). */
export function buildPatchExpression(): string {
  return [
    ...annotationPatches,
    ...CONTAINER_LISTS.flatMap((list) => [...envPatches(list), ...mountPatches(list)]),
    ...volumePatches,
    ...groupPatches,
    ...identityContainerPatches,
  ].join(' +\n');
}

function add(path: string, value: string): string {
  return `JSONPatch{op: 'add', path: ${path}, value: ${value}}`;
}

/** An operation for each chosen container `c` of the list for which the condition holds. */
function forEach(list: ContainerList, condition: string, field: string, value: string): string {
  const path = `'/spec/${list}/' + string(i) + '/${field}'`;
  return `variables.${list}.transformList(i, c, ${isChosen('c')} && ${condition},
  ${add(path, value)})`;
}

const annotationName = `${celString(ANNOTATION_PREFIX)} + key`;

const annotationPath = `'/metadata/annotations/' + jsonpatch.escapeKey(${annotationName})`;

/**
 * Settings of the ConfigMap are written to the pod as annotations: whoever reads the pod sees what
 * was decided, a second run decides the same, and the validating policy needs no ConfigMap.
 * Unknown keys are written without their values, for the validating policy to refuse them.
 */
const annotationPatches = [
  when(
    'variables.settings.size() + variables.config.size() > 0 && !has(object.metadata.annotations)',
    add("'/metadata/annotations'", '{}'),
  ),
  `variables.settings.transformList(key, value, !((${annotationName}) in variables.annotations),
  ${add(annotationPath, 'value')})`,
  `variables.config.transformList(key, value, !(key in ${toCel(SETTING_KEYS)}) && !((${annotationName}) in variables.annotations),
  ${add(annotationPath, "''")})`,
];

/** Position by position of variables.workerEnv, because CEL before 1.34 cannot flatten a list. */
function envPatches(list: ContainerList): string[] {
  const env = 'c.?env.orValue([])';
  const positions = Array.from({ length: LONGEST_WORKER_ENV }, (_, position) => position);
  return [
    forEach(list, `${env}.size() == 0`, 'env', '[]'),
    ...positions.map((position) => {
      const variable = `variables.workerEnv[${position}]`;
      const isThere = `${env}.exists(own, ${isSameVariable('own.name', `${variable}.name`)})`;
      const isMissing = `variables.workerEnv.size() > ${position} && !${isThere}`;
      return forEach(list, isMissing, 'env/-', variable);
    }),
  ];
}

/** Two regions in one container would be worse than one of the two variables: they count as one. */
function isSameVariable(one: string, other: string): string {
  const names = toCel([VARIABLES.region, VARIABLES.defaultRegion]);
  return `${one} == ${other} || ${one} in ${names} && ${other} in ${names}`;
}

function mountPatches(list: ContainerList): string[] {
  const mounts = 'c.?volumeMounts.orValue([])';
  const isTaken = `${mounts}.exists(m, m.name == ${celString(VOLUME_NAME)} || ${isUnderMountPath('m.mountPath')})`;
  return [
    forEach(list, `${mounts}.size() == 0`, 'volumeMounts', '[]'),
    forEach(list, `!${isTaken}`, 'volumeMounts/-', toCel(workerMount)),
  ];
}

const volumePatches = [
  when('variables.volumes.size() == 0', add("'/spec/volumes'", '[]')),
  when(
    `!variables.volumes.exists(v, v.name == ${celString(VOLUME_NAME)})`,
    add("'/spec/volumes/-'", toCel(identityVolume)),
  ),
];

/**
 * Containers of different users read the files by a shared group. A pod with an fsGroup has one; to
 * others a supplemental group is added, which unlike fsGroup leaves the user's own volumes alone.
 */
const groups = 'variables.securityContext.?supplementalGroups.orValue([])';
const lacksGroup = `!variables.securityContext.?fsGroup.hasValue() && !(${IDENTITY_GROUP} in ${groups})`;

const groupPatches = [
  when(`${lacksGroup} && !has(object.spec.securityContext)`, add("'/spec/securityContext'", '{}')),
  when(
    `${lacksGroup} && ${groups}.size() == 0`,
    add("'/spec/securityContext/supplementalGroups'", '[]'),
  ),
  when(lacksGroup, add("'/spec/securityContext/supplementalGroups/-'", String(IDENTITY_GROUP))),
];

const lacksIdentity = `!(variables.initContainers + variables.containers).exists(c, c.name == ${celString(CONTAINER_NAME)})`;

/** First among the init containers, so that those that follow have credentials as well. */
const identityContainerPatches = [
  when(
    `${lacksIdentity} && variables.initContainers.size() == 0`,
    add("'/spec/initContainers'", '[]'),
  ),
  when(lacksIdentity, add("'/spec/initContainers/0'", 'variables.identityContainer')),
];
