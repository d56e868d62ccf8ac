/** The pods' Kubernetes service account, linked to the Google service account. */

import type { V1ServiceAccount } from '@kubernetes/client-node';

/**
 * Builds the service account. The annotation is Workload Identity Federation for GKE's: the metadata
 * server then gives the pod that Google service account's ID tokens. The pods never use the
 * Kubernetes token, so none is mounted.
 */
export function buildServiceAccount(
  name: string,
  namespace: string,
  googleServiceAccount: string,
): V1ServiceAccount {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: {
      name,
      namespace,
      annotations: { 'iam.gke.io/gcp-service-account': googleServiceAccount },
    },
    automountServiceAccountToken: false,
  };
}
