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

const OS_LABELS = "['kubernetes.io/os', 'beta.kubernetes.io/os']";

/** Terms are alternatives; a pod that may also run on another system is not a Windows pod. */
const requiredNodes =
  'object.spec.?affinity.?nodeAffinity.?requiredDuringSchedulingIgnoredDuringExecution.?nodeSelectorTerms.orValue([])';
const isWindowsNode = `e.key in ${OS_LABELS} && e.operator == 'In' && e.?values.orValue([]).all(v, v == 'windows')`;

/** True for pods of Windows nodes, by what the pod says of itself. */
export const IS_WINDOWS = [
  "(has(object.spec.os) && object.spec.os.name == 'windows')",
  `(has(object.spec.nodeSelector) && ${OS_LABELS}.exists(key, object.spec.nodeSelector[?key].orValue('') == 'windows'))`,
  `(${requiredNodes}.size() > 0 && ${requiredNodes}.all(t, t.?matchExpressions.orValue([]).exists(e, ${isWindowsNode})))`,
].join(' || ');

/** The cluster's own namespaces: a policy that fails must not keep a control plane from starting. */
const SYSTEM_NAMESPACES = ['kube-system', 'kube-public', 'kube-node-lease'];

/** Selects every namespace but these and the cluster's own. */
export function outside(namespaces: readonly string[]): V1LabelSelectorRequirement {
  const values = [...new Set([...SYSTEM_NAMESPACES, ...namespaces])];
  return { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values };
}
