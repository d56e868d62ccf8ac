/** The address at which the pods find the emulators. */

import type { V1Service } from '@kubernetes/client-node';
import { EMULATORS_NAME, KIND_NAMESPACE, METADATA_PORT, STS_PORT } from './names.ts';

export function buildEmulatorsService(): V1Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: EMULATORS_NAME, namespace: KIND_NAMESPACE },
    spec: {
      selector: { 'app.kubernetes.io/name': EMULATORS_NAME },
      ports: [
        { name: 'metadata', port: METADATA_PORT, targetPort: 'metadata' },
        { name: 'sts', port: STS_PORT, targetPort: 'sts' },
      ],
    },
  };
}
