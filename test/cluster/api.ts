/**
 * The Kubernetes API by plain JSON. `@kubernetes/client-node` knows clusters and credentials; its
 * typed clients drop the fields that they do not know, and these suites must see every one.
 */

import { request as httpsRequest, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import type { KubeConfig, KubernetesObject } from '@kubernetes/client-node';

export type Query = { readonly [name: string]: string };

export type KubernetesApi = {
  /** Sends one request; `path` starts with a slash. Throws ApiError unless the answer is 2xx. */
  readonly request: (method: string, path: string, body?: unknown) => Promise<unknown>;
  /** The same for an answer that is not JSON, or only looks like it (a log of one line). */
  readonly requestText: (method: string, path: string) => Promise<string>;
  /** Creates an object, refusing unknown and duplicate fields. `dryRun` goes through admission only. */
  readonly create: <T extends KubernetesObject>(object: T, query?: Query) => Promise<T>;
  /** Server-side apply: creates the object or brings it to this state. */
  readonly apply: <T extends KubernetesObject>(object: T, query?: Query) => Promise<T>;
  readonly read: <T extends KubernetesObject>(object: T) => Promise<T>;
  readonly remove: (object: KubernetesObject, query?: Query) => Promise<void>;
};

/** An answer that is not 2xx, with the status object's own message. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

export const dryRun: Query = { dryRun: 'All' };

const APPLY_PATCH = 'application/apply-patch+yaml';

/** Connects to the current cluster of a kubeconfig. Throws when it names none. */
export function createApi(kubeConfig: KubeConfig): KubernetesApi {
  const sendText = createSender(kubeConfig);
  const send = async (...args: Parameters<Sender>) => parse(await sendText(...args));
  const request: KubernetesApi['request'] = (method, path, body) =>
    send(method, path, body === undefined ? undefined : JSON.stringify(body), 'application/json');
  const pathOf = createPathFinder(request);
  return {
    request,
    requestText: sendText,
    async create(object, query = {}) {
      const path = await pathOf(object);
      const parameters = new URLSearchParams({ fieldValidation: 'Strict', ...query });
      return (await request('POST', `${path}?${parameters}`, object)) as typeof object;
    },
    async apply(object, query = {}) {
      const path = await pathOf(object);
      const parameters = new URLSearchParams({
        fieldManager: 'dataflow-aws-identity-tests',
        fieldValidation: 'Strict',
        ...query,
      });
      const target = `${path}/${object.metadata?.name}?${parameters}`;
      const applied = await send('PATCH', target, JSON.stringify(object), APPLY_PATCH);
      return applied as typeof object;
    },
    async read(object) {
      const path = `${await pathOf(object)}/${object.metadata?.name}`;
      return (await request('GET', path)) as typeof object;
    },
    async remove(object, query = {}) {
      const path = `${await pathOf(object)}/${object.metadata?.name}`;
      await request('DELETE', `${path}?${new URLSearchParams(query)}`);
    },
  };
}

type Sender = (
  method: string,
  path: string,
  body?: string,
  contentType?: string,
) => Promise<string>;

function createSender(kubeConfig: KubeConfig): Sender {
  const server = kubeConfig.getCurrentCluster()?.server;
  if (server === undefined) throw new Error('the kubeconfig names no current cluster');
  // One agent for all requests, so that they share connections.
  const connection: RequestOptions = {};
  const connected = kubeConfig.applyToHTTPSOptions(connection);
  return async (method, path, body, contentType = 'application/json') => {
    await connected;
    const headers = { ...connection.headers, 'Content-Type': contentType };
    const options = { ...connection, method, headers };
    const response = await exchange(new URL(path, server), options, body);
    if (response.status >= 200 && response.status < 300) return response.body;
    throw new ApiError(response.status, messageOf(parse(response.body)));
  };
}

function exchange(
  url: URL,
  options: RequestOptions,
  body: string | undefined,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(url, options, (response) => {
      const status = response.statusCode ?? 0;
      text(response).then((answer) => resolve({ status, body: answer }), reject);
    });
    request.on('error', reject).end(body);
  });
}

/** Finds an object's collection by discovery, once per group and version. */
function createPathFinder(request: KubernetesApi['request']) {
  type Discovery = { resources: { kind: string; name: string; namespaced: boolean }[] };
  const discoveries = new Map<string, Promise<Discovery>>();
  return async ({ apiVersion = 'v1', kind, metadata }: KubernetesObject): Promise<string> => {
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const discovery = discoveries.get(root) ?? (request('GET', root) as Promise<Discovery>);
    discoveries.set(root, discovery);
    const { resources } = await discovery;
    const resource = resources.find(({ kind: k, name }) => k === kind && !name.includes('/'));
    if (resource === undefined) throw new Error(`the cluster knows no ${apiVersion} ${kind}`);
    if (!resource.namespaced) return `${root}/${resource.name}`;
    return `${root}/namespaces/${metadata?.namespace ?? 'default'}/${resource.name}`;
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

function messageOf(answer: unknown): string {
  if (typeof answer === 'object' && answer !== null && 'message' in answer) {
    return String(answer.message);
  }
  return String(answer);
}
