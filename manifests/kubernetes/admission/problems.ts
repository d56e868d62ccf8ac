/**
 * What the validating policy finds wrong with a labelled pod, in CEL: lists of sentences, empty when
 * all is well. It looks at the pod as it will be stored, so whatever kept the injection from being
 * complete (a clash, a missing setting, a missing policy) ends here and not in a pod without
 * credentials.
 */

import type { V1Variable } from '@kubernetes/client-node';
import {
  LIMITS,
  REGION_PATTERN,
  ROLE_ARN_PATTERN,
  ROLE_SESSION_NAME_PATTERN,
  VARIABLES,
} from '../../../init/contract.ts';
import { buildCredentialsEnv } from '../delivery.ts';
import {
  ANNOTATION_PREFIX,
  CONFIG_MAP_NAME,
  CONFLICTING_VARIABLES,
  CONTAINER_NAME,
  INJECT_LABEL,
  MODES,
  MOUNT_PATH,
  SETTING_KEYS,
  VOLUME_NAME,
} from '../names.ts';
import { celString, toCel } from './cel.ts';
import { IS_WINDOWS } from './match.ts';
import { buildPodVariables, isChosen, setting } from './pod-variables.ts';

/** Builds the variables; `problems`, the last of them, is the list of all sentences. */
export function buildProblemVariables(image: string): V1Variable[] {
  return [
    ...buildPodVariables('{}'),
    { name: 'allContainers', expression: 'variables.initContainers + variables.containers' },
    { name: 'chosen', expression: `variables.allContainers.filter(c, ${isChosen('c')})` },
    {
      name: 'identity',
      expression: `variables.initContainers.filter(c, c.name == ${celString(CONTAINER_NAME)})`,
    },
    { name: 'podProblems', expression: [label, windows, hostNetwork, nameTaken].join(' +\n') },
    { name: 'missing', expression: missing },
    {
      name: 'settingProblems',
      expression: [...settingRules.map(checkSetting), unknownAnnotations, containerNames].join(
        ' +\n',
      ),
    },
    {
      name: 'clashes',
      expression: [identityIsOurs(image), volume, mounts, variables].join(' +\n'),
    },
    {
      name: 'problems',
      expression: `variables.podProblems.size() > 0 ? variables.podProblems :
variables.missing.size() > 0 ? variables.missing :
variables.settingProblems + variables.clashes`,
    },
  ];
}

/** CEL for one sentence when the condition holds. The sentence is CEL too. */
function when(condition: string, sentence: string): string {
  return `(${condition} ? [${sentence}] : [])`;
}

/** CEL for text in double quotes. */
function quoted(text: string): string {
  return `'"' + ${text} + '"'`;
}

const label = when(
  `object.metadata.labels[${celString(INJECT_LABEL)}] != 'true'`,
  `${celString(`label ${INJECT_LABEL}: `)} + ${quoted(`object.metadata.labels[${celString(INJECT_LABEL)}]`)} + ' is not allowed; must be "true" or "false"'`,
);

const windows = when(
  IS_WINDOWS,
  `'a Windows pod cannot have this identity: the image is for Linux'`,
);

const hostNetwork = when(
  'object.spec.?hostNetwork.orValue(false)',
  celString("hostNetwork: on the node's network the identity would be the node's; remove it"),
);

const nameTaken = when(
  `variables.containers.exists(c, c.name == ${celString(CONTAINER_NAME)})`,
  celString(
    `container "${CONTAINER_NAME}": this name is for the injected init container; rename it`,
  ),
);

const missing = when(
  'variables.identity.size() == 0',
  `${celString(`nothing was injected, as a rule because the namespace has no ConfigMap "${CONFIG_MAP_NAME}"; create it: kubectl create configmap ${CONFIG_MAP_NAME} --namespace `)} + request.namespace + ${celString(' --from-literal=role-arn=arn:aws:iam::ACCOUNT:role/NAME --from-literal=region=REGION')}`,
);

type SettingRule = { readonly key: string; readonly isAllowed: string; readonly allowed: string };

const { min, max } = LIMITS.durationSeconds;
const settingRules: readonly SettingRule[] = [
  {
    key: 'role-arn',
    isAllowed: `value.size() <= ${LIMITS.roleArn.max} && value.matches(${pattern(ROLE_ARN_PATTERN)})`,
    allowed: 'a role ARN such as arn:aws:iam::123456789012:role/NAME',
  },
  {
    key: 'region',
    isAllowed: `value.matches(${pattern(REGION_PATTERN)})`,
    allowed: 'a region such as eu-west-1',
  },
  {
    key: 'mode',
    isAllowed: `value in ${toCel(['', ...MODES])}`,
    allowed: MODES.map((mode) => `"${mode}"`).join(' or '),
  },
  {
    key: 'duration-seconds',
    isAllowed: `value == '' || value.matches('^[0-9]{1,6}$') && int(value) >= ${min} && int(value) <= ${max}`,
    allowed: `a whole number of seconds from ${min} to ${max}`,
  },
  {
    key: 'role-session-name',
    isAllowed: `value == '' || value.matches(${pattern(ROLE_SESSION_NAME_PATTERN)})`,
    allowed: '2 to 64 letters, digits and +=,.@_-',
  },
];

/** Go's regular expressions (RE2), which CEL has, read JavaScript's of the contract the same way. */
function pattern(regularExpression: RegExp): string {
  return celString(regularExpression.source);
}

function checkSetting({ key, isAllowed, allowed }: SettingRule): string {
  const where = ` (annotation ${ANNOTATION_PREFIX}${key}, or ${key} in ConfigMap ${CONFIG_MAP_NAME})`;
  return `[${setting(key)}].filter(value, !(${isAllowed})).map(value,
${celString(`${key}: `)} + ${quoted('value')} + ${celString(` is not allowed; must be ${allowed}${where}`)})`;
}

const unknownAnnotations = `variables.annotations.transformList(name, value,
name.startsWith(${celString(ANNOTATION_PREFIX)}) && !(name in ${toCel(SETTING_KEYS.map((key) => ANNOTATION_PREFIX + key))}),
'annotation ' + name + ${celString(` is unknown; known are ${SETTING_KEYS.map((key) => ANNOTATION_PREFIX + key).join(', ')}`)})`;

const containerNames = `variables.included.filter(name, !variables.allContainers.exists(c, c.name == name)).map(name,
'include-containers: the pod has no container ' + ${quoted('name')}) +
${when('variables.chosen.size() == 0', celString('no container is left to get the credentials; see include-containers and skip-containers'))}`;

/** A container of our name that a user wrote could be anything; ours is known by what it runs. */
function identityIsOurs(image: string): string {
  const runs = `c.image == ${celString(image)} && !has(c.command) && c.?args.orValue([]) == (variables.mode == 'refreshing' ? ['serve'] : ['init'])`;
  const role = `c.?env.orValue([]).exists(e, e.name == ${celString(VARIABLES.roleArn)} && e.?value.orValue('') == ${setting('role-arn')}) || ${setting('role-arn')} == ''`;
  const mount = `c.?volumeMounts.orValue([]).exists(m, m.name == ${celString(VOLUME_NAME)} && m.mountPath == ${celString(MOUNT_PATH)})`;
  return when(
    `!variables.identity.all(c, ${runs} && (${role}) && ${mount})`,
    celString(
      `init container "${CONTAINER_NAME}": this name is for the injected one; rename yours`,
    ),
  );
}

const volume = when(
  `!variables.volumes.exists(v, v.name == ${celString(VOLUME_NAME)} && v.?emptyDir.?medium.orValue('') == 'Memory')`,
  celString(`volume "${VOLUME_NAME}": this name is for the injected volume; rename yours`),
);

const mounts = `variables.chosen.filter(c, !c.?volumeMounts.orValue([]).exists(m,
m.name == ${celString(VOLUME_NAME)} && m.mountPath == ${celString(MOUNT_PATH)})).map(c,
'container ' + ${quoted('c.name')} + ${celString(`: its volumeMounts use ${MOUNT_PATH} or the volume ${VOLUME_NAME} otherwise; change them, or list the container in skip-containers`)})`;

/** The delivery's own variables with another value, and those that an AWS SDK prefers to them. */
const variables = `variables.chosen.map(c, c.?env.orValue([]).filter(e,
e.name in ${toCel(CONFLICTING_VARIABLES)} || (${expectedValues()}).exists(x, x.name == e.name && x.value != e.?value.orValue('')))
.map(e, 'container ' + ${quoted('c.name')} + ' sets ' + e.name + ', which would win over the injected credentials; remove it, or list the container in skip-containers'))
.filter(sentences, sentences.size() > 0).map(sentences, sentences.join('; '))`;

function expectedValues(): string {
  const [oneShot, refreshing] = MODES.map((mode) => toCel(buildCredentialsEnv(mode)));
  return `variables.mode == 'refreshing' ? ${refreshing} : ${oneShot}`;
}
