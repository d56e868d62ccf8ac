/** Which requests the policies look at. Both must agree, or a labelled pod could slip through. */

import type {
  V1LabelSelectorRequirement,
  V1MatchCondition,
  V1RuleWithOperations,
} from '@kubernetes/client-node';

export const podCreation: V1RuleWithOperations = {
  apiGroups: [''],
  apiVersions: ['v1'],
  operations: ['CREATE'],
  resources: ['pods'],
  scope: 'Namespaced',
};

/** A static pod's mirror must stay as the kubelet wrote it; no admission can change the real one. */
export const notMirrored: V1MatchCondition = {
  name: 'not-a-mirror-of-a-static-pod',
  expression:
    "!has(object.metadata.annotations) || !('kubernetes.io/config.mirror' in object.metadata.annotations)",
};

/** True for pods of Windows nodes, by what the pod says of itself. */
export const IS_WINDOWS = [
  "(has(object.spec.os) && object.spec.os.name == 'windows')",
  "(has(object.spec.nodeSelector) && ['kubernetes.io/os', 'beta.kubernetes.io/os'].exists(key, object.spec.nodeSelector[?key].orValue('') == 'windows'))",
].join(' || ');

/** Selects every namespace but these. */
export function outside(namespaces: readonly string[]): V1LabelSelectorRequirement {
  return { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: [...namespaces] };
}
