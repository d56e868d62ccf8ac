/** The emulators' configuration: one Google service account, and one AWS role that trusts it. */

import type { V1ConfigMap } from '@kubernetes/client-node';
import type { Settings } from '../../settings/table.ts';
import { buildTrustPolicy } from '../../trust-policy.ts';
import {
  AUDIENCE,
  CREDENTIALS_LIFETIME_SECONDS,
  EMULATORS_NAME,
  GOOGLE_SERVICE_ACCOUNT,
  KIND_NAMESPACE,
  ROLE_ARN,
} from './names.ts';

export const CONFIG_KEY = 'emulators.json';

/** Builds the ConfigMap; the role's trust policy is the one that `trust-policy` renders. */
export function buildEmulatorsConfig(aws: Settings['aws']): V1ConfigMap {
  const trustPolicy = buildTrustPolicy({ ...aws, audience: AUDIENCE }, [
    GOOGLE_SERVICE_ACCOUNT.uniqueId,
  ]);
  const config = {
    metadata: { serviceAccounts: [GOOGLE_SERVICE_ACCOUNT] },
    sts: {
      credentialsLifetimeSeconds: CREDENTIALS_LIFETIME_SECONDS,
      roles: [{ arn: ROLE_ARN, maxSessionDurationSeconds: 3600, trustPolicy }],
    },
  };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: EMULATORS_NAME, namespace: KIND_NAMESPACE },
    data: { [CONFIG_KEY]: `${JSON.stringify(config, null, 2)}\n` },
  };
}
