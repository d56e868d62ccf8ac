/** Puts what is rendered into a cluster, from its text as a user would apply it. */

import type { KubernetesObject, V1Pod } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { type Files, renderers } from '../../manifests/renderers.ts';
import { parseSettings } from '../../manifests/settings/parse.ts';
import { settingsTable } from '../../manifests/settings/table.ts';
import { applyAssignments } from '../../manifests/settings/values.ts';
import { ApiError, dryRun, type KubernetesApi } from './api.ts';
import { poll } from './poll.ts';

const VALUES = {
  google: { project: 'example-project', serviceAccount: 'dataflow-worker' },
  aws: { accountId: '123456789012', region: 'eu-west-1', role: { name: 'dataflow-reader' } },
  kubernetes: {
    image: 'example/init:1',
    beam: { image: 'example/pipeline:1', command: ['/app/pipeline'] },
  },
};

/** Renders `what`; `assignments` (`key.path=value`) override the usual values. */
export function renderFiles(what: string, ...assignments: readonly string[]): Files {
  const renderer = renderers[what];
  if (renderer === undefined) throw new Error(`nothing renders ${what}`);
  const values = applyAssignments(VALUES, assignments);
  return renderer.render(parseSettings(settingsTable, values, what));
}

/** Parses YAML text, of one or several documents, into objects. */
export function parseObjects(text: string): KubernetesObject[] {
  return parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject);
}

/** Applies rendered files, in their order. */
export async function applyFiles(api: KubernetesApi, files: Files): Promise<void> {
  for (const object of Object.values(files).flatMap(parseObjects)) await api.apply(object);
}

/**
 * Creates a namespace with the service account that the controller manager, which is not here,
 * would make. No token is mounted, so that pods differ by nothing but what admission adds.
 */
export async function createNamespace(
  api: KubernetesApi,
  namespace: KubernetesObject,
): Promise<void> {
  await api.apply(namespace);
  await api.apply({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace: namespace.metadata?.name ?? '' },
    automountServiceAccountToken: false,
  } as KubernetesObject);
}

/** A labelled pod with one container, which any Pod Security Standard lets through. */
export function labelledPod(namespace: string, name: string): V1Pod {
  const securityContext = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels: { 'dataflow-aws-identity/inject': 'true' } },
    spec: { containers: [{ name: 'app', image: 'example/app:1', securityContext }] },
  };
}

/** Waits until a labelled pod of the namespace is mutated. The server takes up policies by and by. */
export async function waitUntilMutating(api: KubernetesApi, namespace: string): Promise<void> {
  await poll(`labelled pods of ${namespace} are mutated`, async () => {
    const pod = await api.create(labelledPod(namespace, 'probe'), dryRun).catch(ignoreRefusal);
    return JSON.stringify(pod ?? {}).includes('initContainers');
  });
}

/** Waits until a labelled pod of the namespace is refused, and returns the message. */
export async function waitUntilRefused(api: KubernetesApi, namespace: string): Promise<string> {
  return await poll(`labelled pods of ${namespace} are refused`, async () => {
    try {
      await api.create(labelledPod(namespace, 'probe'), dryRun);
      return undefined;
    } catch (error) {
      ignoreRefusal(error);
      return error instanceof Error ? error.message : undefined;
    }
  });
}

function ignoreRefusal(error: unknown): undefined {
  if (error instanceof ApiError && error.status === 422) return undefined;
  throw error;
}
