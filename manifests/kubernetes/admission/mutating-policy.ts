/** The policy that injects the identity into labelled pods. */

import type { V1MutatingAdmissionPolicy } from '@kubernetes/client-node';
import { PROGRAM } from '../../../init/contract.ts';
import { INJECT_LABEL } from '../names.ts';
import { buildInjectionVariables, type InjectionOptions } from './injection-variables.ts';
import { IS_WINDOWS, notMirrored, outside, podCreation } from './match.ts';
import { buildPatchExpression } from './patch.ts';

/** Of admissionregistration.k8s.io: v1 from Kubernetes 1.36, v1beta1 (to be enabled) from 1.34. */
export type ApiVersion = 'v1' | 'v1beta1';

export type MutatingPolicyOptions = InjectionOptions & {
  readonly apiVersion: ApiVersion;
  readonly excludedNamespaces: readonly string[];
};

/**
 * Builds the policy. JSONPatch rather than ApplyConfiguration, which cannot set atomic lists and
 * would overwrite a container of the same name (KEP-3962). A pod that a step fails for is refused.
 */
export function buildMutatingPolicy(options: MutatingPolicyOptions): V1MutatingAdmissionPolicy {
  return {
    apiVersion: `admissionregistration.k8s.io/${options.apiVersion}`,
    kind: 'MutatingAdmissionPolicy',
    metadata: { name: PROGRAM },
    spec: {
      failurePolicy: 'Fail',
      reinvocationPolicy: 'IfNeeded',
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      matchConstraints: {
        matchPolicy: 'Equivalent',
        namespaceSelector: { matchExpressions: [outside(options.excludedNamespaces)] },
        objectSelector: { matchLabels: { [INJECT_LABEL]: 'true' } },
        resourceRules: [podCreation],
      },
      matchConditions: [notMirrored, { name: 'not-windows', expression: `!(${IS_WINDOWS})` }],
      variables: buildInjectionVariables(options),
      mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: buildPatchExpression() } }],
    },
  };
}
