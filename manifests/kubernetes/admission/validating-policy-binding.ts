/** The binding that puts the validating policy into force, in every namespace that it selects. */

import type { V1ValidatingAdmissionPolicyBinding } from '@kubernetes/client-node';
import { PROGRAM } from '../../../init/contract.ts';

export function buildValidatingPolicyBinding(): V1ValidatingAdmissionPolicyBinding {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: PROGRAM },
    spec: { policyName: PROGRAM, validationActions: ['Deny'] },
  };
}
