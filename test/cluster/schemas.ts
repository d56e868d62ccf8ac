/** Kubernetes' published OpenAPI schemas, as the server serves them. */

import type { KubernetesObject } from '@kubernetes/client-node';
import { Ajv, type ErrorObject } from 'ajv';
import type { KubernetesApi } from './api.ts';

type Schema = { readonly 'x-kubernetes-group-version-kind'?: readonly GroupVersionKind[] };
type GroupVersionKind = { readonly group: string; readonly version: string; readonly kind: string };
type OpenApi = { readonly components: { readonly schemas: { readonly [name: string]: Schema } } };

/** Checks an object against its kind's schema; returns the errors, none when it is valid. */
export async function findSchemaErrors(
  api: KubernetesApi,
  object: KubernetesObject,
): Promise<readonly ErrorObject[]> {
  const { apiVersion = '', kind = '' } = object;
  const path = apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`;
  const document = (await api.request('GET', `/openapi/v3/${path}`)) as OpenApi;
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const found = Object.entries(document.components.schemas).find(([, schema]) =>
    schema['x-kubernetes-group-version-kind']?.some(
      (known) => known.group === group && known.version === version && known.kind === kind,
    ),
  );
  if (found === undefined) throw new Error(`no schema is published for ${apiVersion} ${kind}`);
  // The schemas are OpenAPI's, with keywords and formats that JSON Schema does not know.
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(document, 'openapi');
  const validate = ajv.getSchema(`openapi#/components/schemas/${found[0]}`);
  if (validate === undefined) throw new Error(`the schema of ${kind} cannot be compiled`);
  return validate(object) === true ? [] : (validate.errors ?? []);
}
