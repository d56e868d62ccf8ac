/** The namespace of the try-out. It enforces the restricted Pod Security Standard, on purpose. */

import type { V1Namespace } from '@kubernetes/client-node';
import { KIND_NAMESPACE } from './names.ts';

export function buildNamespace(): V1Namespace {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: KIND_NAMESPACE,
      labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
    },
  };
}
