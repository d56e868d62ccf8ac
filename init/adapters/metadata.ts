import { GaxiosError } from 'gaxios';
import { instance, project } from 'gcp-metadata';
import { setBackend } from 'google-logging-utils';
import { IdentityError, withoutSecrets } from '../errors.ts';
import type { IdTokenSource, MetadataReader } from '../ports.ts';

const REQUEST_TIMEOUT_MS = 5_000;
const ADDRESS = '169.254.169.254';
const NAMES = [ADDRESS, 'metadata.google.internal', 'metadata.google.internal.'];

/**
 * Keeps metadata requests off proxies and out of debug logs, both of which the libraries take from
 * the environment: adds the metadata server to NO_PROXY, and takes the logger and the variables
 * away that print answers (one of which is the token). Has certificates checked, whatever the
 * environment says. Changes this process's environment only.
 */
export function shieldRequests(env: NodeJS.ProcessEnv): void {
  const host = env['GCE_METADATA_IP'] || env['GCE_METADATA_HOST'];
  const present = env['NO_PROXY'] || env['no_proxy'];
  const direct = [present, ...NAMES, host && hostName(host)];
  env['NO_PROXY'] = direct.filter(Boolean).join(',');
  env['no_proxy'] = env['NO_PROXY'];
  env['NODE_TLS_REJECT_UNAUTHORIZED'] = '1';
  // gcp-metadata has read the variable by now, at its import.
  setBackend(null);
  for (const name of ['GOOGLE_SDK_NODE_LOGGING', 'NODE_DEBUG', 'DEBUG_AUTH']) delete env[name];
}

/** Reads ID tokens of a service account (`default` or its e-mail) from the metadata server. */
export function createIdTokenSource(serviceAccount: string): IdTokenSource {
  const property = `service-accounts/${encodeURIComponent(serviceAccount)}/identity`;
  return {
    fetchIdToken: (audience, signal) =>
      bounded(signal, async () => {
        try {
          const params = { audience, format: 'standard' };
          return String(await instance({ property, params }));
        } catch (error) {
          throw explainIdTokenFailure(error, serviceAccount);
        }
      }),
  };
}

/** Reads single values, such as `instance/name` or `project/attributes/aws-region`. */
export function createMetadataReader(): MetadataReader {
  return {
    read: (path, signal) =>
      bounded(signal, async () => {
        const [root, ...rest] = path.split('/');
        const accessor = root === 'project' ? project : instance;
        try {
          return String(await accessor(rest.join('/')));
        } catch (error) {
          if (statusOf(error) === 404 && isFromMetadataServer(error)) return undefined;
          throw unavailable(error);
        }
      }),
  };
}

/**
 * Stops waiting when the signal aborts, or after a time-out of our own: on a real VM gcp-metadata
 * has none and takes none. Its request is left to itself; nobody waits for it.
 */
async function bounded<T>(signal: AbortSignal, operation: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const bound = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]);
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(unavailable(new Error('it did not answer in time')));
  bound.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([operation(), aborted]);
  } finally {
    bound.removeEventListener('abort', onAbort);
  }
}

function explainIdTokenFailure(error: unknown, serviceAccount: string): IdentityError {
  const status = statusOf(error);
  if (!isFromMetadataServer(error)) return unavailable(error);
  if (status === 404) {
    return new IdentityError(
      'ERR_ID_TOKEN_REFUSED',
      `The metadata server knows no service account ${serviceAccount} (404)`,
      {
        cause: error,
        hint: 'give the worker a service account (Dataflow: --service_account_email; GKE: Workload Identity)',
        // In a GKE pod's first seconds its metadata server answers 404.
        retry: 'until-deadline',
      },
    );
  }
  if (status === undefined || status === 408 || status === 429 || status >= 500) {
    return unavailable(error);
  }
  return new IdentityError(
    'ERR_ID_TOKEN_REFUSED',
    `The metadata server refused an ID token for service account ${serviceAccount} (${status})`,
    {
      cause: error,
      hint: 'on GKE, the Kubernetes service account needs roles/iam.workloadIdentityUser on the Google one',
    },
  );
}

function unavailable(error: unknown): IdentityError {
  return new IdentityError(
    'ERR_METADATA_UNAVAILABLE',
    `The metadata server cannot be reached: ${reasonOf(error)}`,
    {
      cause: error,
      hint: 'this runs on Google Cloud (Dataflow, GCE, GKE); elsewhere set GCE_METADATA_HOST',
    },
  );
}

function reasonOf(error: unknown): string {
  const status = statusOf(error);
  if (status !== undefined && isFromMetadataServer(error)) return `it answered ${status}`;
  // A captive portal or a proxy; a RangeError is gcp-metadata's word for a 200 of this kind.
  if (status !== undefined || error instanceof RangeError) {
    return 'what answers there is not the metadata server (no Metadata-Flavor: Google)';
  }
  return withoutSecrets(error instanceof Error ? error.message : String(error));
}

/** The metadata server marks every answer, refusals too. */
function isFromMetadataServer(error: unknown): boolean {
  return responseOf(error)?.headers.get('Metadata-Flavor') === 'Google';
}

function responseOf(error: unknown): Response | undefined {
  return error instanceof GaxiosError ? error.response : undefined;
}

function statusOf(error: unknown): number | undefined {
  return responseOf(error)?.status;
}

/** The host's name alone; undefined for what no request could reach anyway. */
function hostName(host: string): string | undefined {
  return URL.parse(host.includes('://') ? host : `http://${host}`)?.hostname;
}
