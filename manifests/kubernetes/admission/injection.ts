/**
 * What the mutating policy adds to a pod, in CEL. Every step adds only what is missing: a second run
 * (reinvocation after another policy or webhook) adds nothing, or only to containers that are new,
 * and nothing of the user's is replaced. What stands in the way is left to the validating policy.
 */

import type {
  V1ResourceRequirements,
  V1SecurityContext,
  V1Variable,
} from '@kubernetes/client-node';
import { VARIABLES } from '../../../init/contract.ts';
import { buildCredentialsEnv, buildRegionEnv, identityVolume, workerMount } from '../delivery.ts';
import { buildDeliveryEnv, buildIdentityContainer } from '../identity-container.ts';
import {
  ANNOTATION_PREFIX,
  CONTAINER_NAME,
  IDENTITY_GROUP,
  IDENTITY_USER,
  MOUNT_PATH,
  type Mode,
  VARIABLE_BY_SETTING,
  VOLUME_NAME,
} from '../names.ts';
import { cel, celString, toCel } from './cel.ts';
import {
  buildPodVariables,
  CONTAINER_LISTS,
  type ContainerList,
  isChosen,
  setting,
} from './pod-variables.ts';

export type InjectionOptions = {
  readonly image: string;
  readonly imagePullPolicy: string;
  readonly resources: V1ResourceRequirements;
};

/** Builds the policy's variables: the pod's settings, and what they make of the additions. */
export function buildInjectionVariables(options: InjectionOptions): V1Variable[] {
  return [
    ...buildPodVariables('has(params.data) ? params.data : {}'),
    { name: 'securityContext', expression: 'object.spec.?securityContext.orValue({})' },
    { name: 'settingEnv', expression: settingEnv },
    { name: 'identityContainer', expression: byMode((mode) => identityContainer(mode, options)) },
    { name: 'workerEnv', expression: byMode(workerEnv) },
  ];
}

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

function byMode(expression: (mode: Mode) => string): string {
  return `variables.mode == 'refreshing' ?\n${expression('refreshing')} :\n${expression('one-shot')}`;
}

const settingEnv = `${JSON.stringify(Object.entries(VARIABLE_BY_SETTING))}
.filter(pair, variables.settings[?pair[0]].orValue('') != '')
.map(pair, {'name': pair[1], 'value': variables.settings[pair[0]]})`;

/** The container of the builder, with CEL where it depends on the pod. */
function identityContainer(mode: Mode, options: InjectionOptions): string {
  const container = buildIdentityContainer({ ...options, mode, env: [] });
  const env = cel(`variables.settingEnv + ${toCel(buildDeliveryEnv(mode))}`);
  const securityContext = cel(whenPodIsRoot(container.securityContext));
  return toCel({ ...container, env, securityContext });
}

/** A pod that runs as root would have ours run as root too, which its runAsNonRoot forbids. */
function whenPodIsRoot(securityContext: V1SecurityContext | undefined): string {
  const asOwnUser = { ...securityContext, runAsUser: IDENTITY_USER };
  return `variables.securityContext.?runAsUser.orValue(-1) == 0 ?
${toCel(asOwnUser)} :
${toCel(securityContext)}`;
}

function workerEnv(mode: Mode): string {
  const regionNames: readonly string[] = [VARIABLES.region, VARIABLES.defaultRegion];
  const env = [...buildCredentialsEnv(mode), ...buildRegionEnv('')].map(({ name, value }) =>
    regionNames.includes(name) ? { name, value: cel(setting('region')) } : { name, value },
  );
  return `[${env.map(({ name, value }) => `{"name": ${toCel(name)}, "value": ${toCel(value)}}`).join(', ')}]`;
}

/**
 * Settings of the ConfigMap are written to the pod as annotations: whoever reads the pod sees what
 * was decided, a second run decides the same, and the validating policy needs no ConfigMap.
 */
const annotationPatches = [
  `(variables.settings.size() == 0 || has(object.metadata.annotations) ? [] :
[JSONPatch{op: 'add', path: '/metadata/annotations', value: {}}])`,
  `variables.settings.transformList(key, value, !((${celString(ANNOTATION_PREFIX)} + key) in variables.annotations),
JSONPatch{op: 'add', path: '/metadata/annotations/' + jsonpatch.escapeKey(${celString(ANNOTATION_PREFIX)} + key), value: value})`,
];

function envPatches(list: ContainerList): string {
  const missing = `variables.workerEnv.filter(e, !c.?env.orValue([]).exists(own, ${isSameVariable('own.name', 'e.name')}))`;
  return `variables.${list}.transformList(i, c, ${isChosen('c')} && ${missing}.size() > 0,
JSONPatch{op: 'add', path: '/spec/${list}/' + string(i) + '/env', value: c.?env.orValue([]) + ${missing}})`;
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
JSONPatch{op: 'add', path: '/spec/${list}/' + string(i) + '/volumeMounts', value: ${mounts} + [${toCel(workerMount)}]})`;
}

const volumePatch = `(variables.volumes.exists(v, v.name == ${celString(VOLUME_NAME)}) ? [] :
[JSONPatch{op: 'add', path: '/spec/volumes', value: variables.volumes + [${toCel(identityVolume)}]}])`;

/**
 * Containers of different users read the files by a shared group. A pod with an fsGroup has one; to
 * others a supplemental group is added, which unlike fsGroup leaves the user's own volumes alone.
 */
const sharesGroup = `(variables.securityContext.?fsGroup.hasValue() ||
${IDENTITY_GROUP} in variables.securityContext.?supplementalGroups.orValue([]))`;

const groupPatches = [
  `(${sharesGroup} || has(object.spec.securityContext) ? [] :
[JSONPatch{op: 'add', path: '/spec/securityContext', value: {}}])`,
  `(${sharesGroup} ? [] :
[JSONPatch{op: 'add', path: '/spec/securityContext/supplementalGroups',
value: variables.securityContext.?supplementalGroups.orValue([]) + [${IDENTITY_GROUP}]}])`,
];

/** First among the init containers, so that those that follow have credentials as well. */
const identityContainerPatch = `((variables.initContainers + variables.containers).exists(c, c.name == ${celString(CONTAINER_NAME)}) ? [] :
[JSONPatch{op: 'add', path: '/spec/initContainers', value: [variables.identityContainer] + variables.initContainers}])`;
