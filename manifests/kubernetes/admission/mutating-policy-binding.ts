/** The binding that gives the policy each namespace's ConfigMap. */

import type { V1MutatingAdmissionPolicyBinding } from '@kubernetes/client-node';
import { PROGRAM } from '../../../init/contract.ts';
import { CONFIG_MAP_NAME } from '../names.ts';
import type { ApiVersion } from './mutating-policy.ts';

/**
 * Builds the binding. Where the ConfigMap is missing nothing is injected, and the validating policy
 * refuses the pod with a message that says what to create; `Deny` here would only say that
 * parameters were not found.
 */
export function buildMutatingPolicyBinding(
  apiVersion: ApiVersion,
): V1MutatingAdmissionPolicyBinding {
  return {
    apiVersion: `admissionregistration.k8s.io/${apiVersion}`,
    kind: 'MutatingAdmissionPolicyBinding',
    metadata: { name: PROGRAM },
    spec: {
      policyName: PROGRAM,
      paramRef: { name: CONFIG_MAP_NAME, parameterNotFoundAction: 'Allow' },
    },
  };
}
