/** The policy that refuses a labelled pod whose injection is not complete. */

import type { V1ValidatingAdmissionPolicy } from '@kubernetes/client-node';
import { PROGRAM } from '../../../init/contract.ts';
import { INJECT_LABEL } from '../names.ts';
import { notMirrored, outside, podCreation } from './match.ts';
import { buildProblemVariables } from './problems.ts';

export type ValidatingPolicyOptions = {
  /** The image that the injected container must have. */
  readonly image: string;
  readonly excludedNamespaces: readonly string[];
};

/**
 * Builds the policy. It takes no parameter: the mutating policy has written the settings to the pod.
 * The message has no line breaks, or the API server would drop it.
 */
export function buildValidatingPolicy(
  options: ValidatingPolicyOptions,
): V1ValidatingAdmissionPolicy {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: PROGRAM },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        matchPolicy: 'Equivalent',
        namespaceSelector: { matchExpressions: [outside(options.excludedNamespaces)] },
        objectSelector: {
          matchExpressions: [
            { key: INJECT_LABEL, operator: 'NotIn', values: ['false'] },
            { key: INJECT_LABEL, operator: 'Exists' },
          ],
        },
        resourceRules: [podCreation],
      },
      matchConditions: [notMirrored],
      variables: buildProblemVariables(options.image),
      validations: [
        {
          expression: 'variables.problems.size() == 0',
          reason: 'Invalid',
          message: 'the identity could not be injected',
          messageExpression: "variables.problems.join('; ').replace('\\n', ' ')",
        },
      ],
    },
  };
}
