/** What is wrong with the settings of a labelled pod, in CEL: a list of sentences. */

import {
  LIMITS,
  LOG_LEVELS,
  REGION_PATTERN,
  ROLE_ARN_PATTERN,
  ROLE_SESSION_NAME_PATTERN,
} from '../../../init/contract.ts';
import { ANNOTATION_PREFIX, CONFIG_MAP_NAME, MODES, SETTING_KEYS } from '../names.ts';
import { celString, quoted, toCel, when } from './cel.ts';
import { setting } from './pod-variables.ts';

type Rule = {
  readonly key: string;
  /** CEL over `value`, which is empty when the setting is missing. */
  readonly isAllowed: string;
  readonly allowed: string;
};

const { min, max } = LIMITS.durationSeconds;

/** Limits of AssumeRoleWithWebIdentity (STS API reference), as in the executable's contract. */
const rules: readonly Rule[] = [
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
  {
    key: 'audience',
    isAllowed: "value == '' || value.matches('^[^[:space:][:cntrl:]]+$')",
    allowed: 'text without blanks and control characters',
  },
  {
    key: 'log-level',
    isAllowed: `value in ${toCel(['', ...LOG_LEVELS])}`,
    allowed: LOG_LEVELS.map((level) => `"${level}"`).join(' or '),
  },
  {
    key: 'metadata-host',
    isAllowed: `value == '' || value.matches(${celString('^(https?://)?[A-Za-z0-9.-]+(:[0-9]{1,5})?$|^\\[[0-9A-Fa-f:.]+\\](:[0-9]{1,5})?$')})`,
    allowed: 'a host, with a port if it needs one',
  },
  {
    key: 'sts-endpoint',
    isAllowed: `value == '' || value.matches(${celString('^https?://[^/\\s@]+(/[^\\s@]*)?$')})`,
    allowed: 'an http or https URL without a user or password',
  },
];

/** Builds the list: one sentence for each setting that is not allowed, and for each unknown name. */
export function buildSettingProblems(): string {
  return [...rules.map(checkSetting), unknownAnnotations, unknownContainers, nobodyChosen].join(
    ' +\n',
  );
}

function checkSetting({ key, isAllowed, allowed }: Rule): string {
  const where = `annotation ${ANNOTATION_PREFIX}${key}, or ${key} in ConfigMap ${CONFIG_MAP_NAME}`;
  return `[${setting(key)}].filter(value, !(${isAllowed})).map(value,
${celString(`${key}: `)} + ${quoted('value')} + ${celString(` is not allowed; must be ${allowed} (${where})`)})`;
}

/** CEL's regular expressions (RE2) read those of the contract as JavaScript does. */
function pattern(regularExpression: RegExp): string {
  return celString(regularExpression.source);
}

const knownAnnotations = SETTING_KEYS.map((key) => `${ANNOTATION_PREFIX}${key}`);

const unknownAnnotations = `variables.annotations.transformList(name, value,
name.startsWith(${celString(ANNOTATION_PREFIX)}) && !(name in ${toCel(knownAnnotations)}),
'annotation ' + name + ${celString(`, or its key in ConfigMap ${CONFIG_MAP_NAME}, is unknown; known are ${knownAnnotations.join(', ')}`)})`;

const unknownContainers = `variables.included.filter(name, !variables.allContainers.exists(c, c.name == name)).map(name,
'include-containers: the pod has no container ' + ${quoted('name')})`;

const nobodyChosen = when(
  'variables.chosen.size() == 0',
  celString(
    'no container is left to get the credentials; see include-containers and skip-containers',
  ),
);
