/**
 * What the validating policy finds wrong with a labelled pod, in CEL: a list of sentences, empty when
 * all is well. It looks at the pod as it will be stored, so whatever kept the injection from being
 * complete (a clash, a missing setting, a missing policy) ends here and not in a pod without
 * credentials.
 */

import type { V1Variable } from '@kubernetes/client-node';
import { CONFIG_MAP_NAME, CONTAINER_NAME, INJECT_LABEL } from '../names.ts';
import { celString, quoted, when } from './cel.ts';
import { buildClashes } from './clashes.ts';
import { IS_WINDOWS } from './match.ts';
import { buildPodVariables, isChosen } from './pod-variables.ts';
import { buildSettingProblems } from './setting-problems.ts';

/**
 * Builds the variables; `problems`, the last of them, has all sentences that the user can act on now:
 * where nothing was injected, the sentences about what is incomplete would only mislead.
 */
export function buildProblemVariables(image: string): V1Variable[] {
  return [
    ...buildPodVariables('{}'),
    { name: 'allContainers', expression: 'variables.initContainers + variables.containers' },
    { name: 'chosen', expression: `variables.allContainers.filter(c, ${isChosen('c')})` },
    {
      name: 'identity',
      expression: `variables.initContainers.filter(c, c.name == ${celString(CONTAINER_NAME)})`,
    },
    {
      name: 'identityPosition',
      expression: `variables.initContainers.map(c, c.name).indexOf(${celString(CONTAINER_NAME)})`,
    },
    { name: 'podProblems', expression: [label, windows, hostNetwork, nameTaken].join(' +\n') },
    { name: 'missing', expression: missing },
    { name: 'settingProblems', expression: buildSettingProblems() },
    { name: 'clashes', expression: buildClashes(image) },
    {
      name: 'problems',
      expression: `variables.podProblems.size() > 0 ? variables.podProblems :
variables.missing.size() > 0 ? variables.missing :
variables.settingProblems + variables.clashes`,
    },
  ];
}

const labelValue = `object.metadata.labels[${celString(INJECT_LABEL)}]`;

const label = when(
  `${labelValue} != 'true'`,
  `${celString(`label ${INJECT_LABEL}: `)} + ${quoted(labelValue)} + ' is not allowed; must be "true" or "false"'`,
);

const windows = when(
  IS_WINDOWS,
  celString('a Windows pod cannot have this identity: the image is for Linux'),
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

const CREATE_CONFIG_MAP = `kubectl create configmap ${CONFIG_MAP_NAME} --namespace `;

const missing = when(
  'variables.identity.size() == 0',
  [
    celString(
      `nothing was injected, as a rule because the namespace has no ConfigMap "${CONFIG_MAP_NAME}"; create it: ${CREATE_CONFIG_MAP}`,
    ),
    'request.namespace',
    celString(
      ' --from-literal=role-arn=arn:aws:iam::ACCOUNT:role/NAME --from-literal=region=REGION',
    ),
  ].join(' + '),
);
