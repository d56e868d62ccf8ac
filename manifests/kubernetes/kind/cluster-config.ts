/** The configuration of the kind cluster (kind.x-k8s.io/v1alpha4). */

import type { KubernetesObject } from '@kubernetes/client-node';
import type { ApiVersion } from '../admission/mutating-policy.ts';

export type KindCluster = KubernetesObject & {
  readonly nodes: readonly { readonly role: string }[];
  readonly featureGates?: { readonly [name: string]: boolean };
  readonly runtimeConfig?: { readonly [group: string]: string };
};

/** Builds the configuration. Before Kubernetes 1.36 the policies' API is there but switched off. */
export function buildClusterConfig(apiVersion: ApiVersion): KindCluster {
  return {
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    kind: 'Cluster',
    nodes: [{ role: 'control-plane' }],
    ...(apiVersion === 'v1' ? {} : enablement),
  };
}

const enablement = {
  featureGates: { MutatingAdmissionPolicy: true },
  runtimeConfig: { 'admissionregistration.k8s.io/v1beta1': 'true' },
};
