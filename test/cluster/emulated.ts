/** The ConfigMap of a namespace whose Google and AWS are the emulators. */

import type { V1ConfigMap } from '@kubernetes/client-node';
import { buildConfigMap } from '../../manifests/kubernetes/admission/config-map.ts';
import { DEFAULT_ROLE, type Emulators } from '../emulators/start.ts';

export function configMapFor({ environment }: Emulators, namespace: string): V1ConfigMap {
  return buildConfigMap(namespace, {
    'role-arn': DEFAULT_ROLE.arn,
    region: 'eu-west-1',
    'metadata-host': environment.GCE_METADATA_HOST,
    'sts-endpoint': environment.AWS_ENDPOINT_URL_STS,
  });
}
