/** The configuration of the kind cluster (kind.x-k8s.io/v1alpha4). */

import type { KubernetesObject } from '@kubernetes/client-node';
import type { ApiVersion } from '../admission/mutating-policy.ts';

export type KindCluster = KubernetesObject & {
  readonly nodes: readonly { readonly role: string; readonly image: string }[];
  readonly featureGates?: { readonly [name: string]: boolean };
  readonly runtimeConfig?: { readonly [group: string]: string };
};

/**
 * Node images by the API's version; kind's own default changes with its releases. 1.36 is the first
 * with the stable API, and kind 0.32 the first with its image.
 */
export const NODE_IMAGES: { readonly [version in ApiVersion]: string } = {
  v1: 'kindest/node:v1.36.1',
  v1beta1: 'kindest/node:v1.35.0',
};

/** Builds the configuration. Before Kubernetes 1.36 the policies' API is there but switched off. */
export function buildClusterConfig(apiVersion: ApiVersion): KindCluster {
  return {
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    kind: 'Cluster',
    nodes: [{ role: 'control-plane', image: NODE_IMAGES[apiVersion] }],
    ...(apiVersion === 'v1' ? {} : enablement),
  };
}

const enablement = {
  featureGates: { MutatingAdmissionPolicy: true },
  runtimeConfig: { 'admissionregistration.k8s.io/v1beta1': 'true' },
};
