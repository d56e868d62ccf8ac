import { hash, timingSafeEqual } from 'node:crypto';
import { CREDENTIALS_PATH, ENDPOINT_HOST, HEALTH_PATH } from '../contract.ts';
import type { CredentialState } from '../identity/refresh.ts';
import type { Credentials } from '../ports.ts';
import { formatContainerCredentials, formatExpiration } from './format.ts';

export interface EndpointRequest {
  method: string;
  /** The path with its query, as received. */
  path: string;
  host: string | undefined;
  authorization: string | undefined;
}

export interface EndpointResponse {
  status: number;
  /** JSON. */
  body: string;
}

export interface EndpointContext {
  /** Read at each request: the refresher changes it. */
  state: Readonly<CredentialState>;
  /** What the Authorization header must be; undefined where only /healthz is served. */
  authorizationToken: string | undefined;
  port: number;
  nowMs: number;
}

/**
 * Answers a request from memory, so within the second that AWS SDKs wait: credentials for who knows
 * the authorization token, and state and expiry on `/healthz`, which holds no secret.
 */
export function answerEndpointRequest(
  request: EndpointRequest,
  context: EndpointContext,
): EndpointResponse {
  // A web page that rebinds its own name to 127.0.0.1 still sends that name.
  if (!isOwnHost(request.host, context.port)) return refuse(403, 'Forbidden', 'unknown Host');
  if (request.method !== 'GET') return refuse(405, 'MethodNotAllowed', 'only GET is answered');
  const path = request.path.split('?', 1)[0];
  if (path === HEALTH_PATH) return answerHealth(context);
  if (path !== CREDENTIALS_PATH || context.authorizationToken === undefined) {
    return refuse(404, 'NotFound', 'no such path');
  }
  if (!isSameToken(request.authorization, context.authorizationToken)) {
    return refuse(401, 'Unauthorized', 'the Authorization header is missing or wrong');
  }
  return answerCredentials(context);
}

function answerCredentials({ state, nowMs }: EndpointContext): EndpointResponse {
  if (isUnexpired(state.credentials, nowMs)) {
    return { status: 200, body: formatContainerCredentials(state.credentials) };
  }
  const pending =
    state.credentials === undefined
      ? 'the first credentials are on their way'
      : 'the credentials have expired, new ones are on their way';
  return refuse(503, 'CredentialsUnavailable', state.failure?.message ?? pending);
}

function answerHealth({ state, nowMs }: EndpointContext): EndpointResponse {
  const { credentials, failure } = state;
  const healthy = isUnexpired(credentials, nowMs);
  const body = {
    status: healthy ? 'ok' : credentials === undefined ? 'no-credentials' : 'expired',
    ...(credentials && { expiration: formatExpiration(credentials.expiration) }),
    ...(failure && { lastFailure: failure.code }),
  };
  return { status: healthy ? 200 : 503, body: JSON.stringify(body) };
}

function isUnexpired(
  credentials: Credentials | undefined,
  nowMs: number,
): credentials is Credentials {
  return credentials !== undefined && credentials.expiration.getTime() > nowMs;
}

function isOwnHost(host: string | undefined, port: number): boolean {
  return host === `${ENDPOINT_HOST}:${port}` || host === `localhost:${port}`;
}

/** Compares digests in constant time: neither content nor length shows in how long it takes. */
function isSameToken(given: string | undefined, expected: string): boolean {
  const digest = (text: string) => hash('sha256', text, 'buffer');
  return timingSafeEqual(digest(given ?? ''), digest(expected));
}

function refuse(status: number, code: string, message: string): EndpointResponse {
  return { status, body: JSON.stringify({ code, message }) };
}
