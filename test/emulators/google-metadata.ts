/**
 * A Google metadata server on loopback, with the OIDC issuer that vouches for its ID tokens.
 * Status codes and texts follow the real server's.
 */
import { createFaultPlan, type HttpFault, type TokenFault } from './faults.ts';
import {
  buildIdTokenClaims,
  GOOGLE_ISSUER,
  generateSigningKey,
  type Instance,
  type ServiceAccount,
  type SigningKey,
  signIdToken,
} from './id-token.ts';
import {
  findNode,
  formatListing,
  isDirectory,
  type MetadataTree,
  toRecursiveJson,
} from './metadata-tree.ts';
import {
  type Emulator,
  type EmulatorOptions,
  type RecordedRequest,
  type Reply,
  startServer,
} from './server.ts';

export interface MetadataEmulatorOptions extends EmulatorOptions {
  /** The `iss` of the tokens; default Google's. */
  issuer?: string;
  /** The attached service accounts, `default` first; none: a machine without an identity. */
  serviceAccounts: ServiceAccount[];
  instance: Instance;
  instanceAttributes?: Record<string, string>;
  projectAttributes?: Record<string, string>;
  /** Default 3600. */
  idTokenLifetimeSeconds?: number;
}

export type MetadataFault = HttpFault | TokenFault;

export interface MetadataEmulator extends Emulator<MetadataFault> {
  readonly issuer: string;
  /** Where the issuer publishes its keys. */
  readonly jwksUrl: string;
}

const ROOT = '/computeMetadata/v1/';
const ISSUER_ROUTES: Record<string, string> = {
  '/.well-known/openid-configuration': 'openid-configuration',
  '/jwks': 'jwks',
};
const TOKEN_PATH = /^instance\/service-accounts\/(?<account>[^/]+)\/(?<kind>identity|token)$/;

/** Starts a metadata server. Rejects when the port is taken. */
export async function startMetadataEmulator(
  options: MetadataEmulatorOptions,
): Promise<MetadataEmulator> {
  const issuer = options.issuer ?? GOOGLE_ISSUER;
  const key = await generateSigningKey();
  const faults = createFaultPlan<MetadataFault>((fault, route) =>
    fault.kind === 'token' ? route === 'identity' : !Object.values(ISSUER_ROUTES).includes(route),
  );
  const emulator = await startServer<TokenFault>(
    {
      standardHeaders: { 'Metadata-Flavor': 'Google', Server: 'Metadata Server for VM' },
      faults,
      routeOf: ({ path }) => routeOf(path),
      answer: async (request, fault) =>
        answerIssuer(request, issuer, key) ??
        refuse(request) ??
        (await answerToken(request, fault, { ...options, issuer, key })) ??
        answerTree(request, buildTree(options)),
    },
    options,
  );
  return { ...emulator, issuer, jwksUrl: `${emulator.url}/jwks` };
}

/** `identity`, `token`, `attributes`, `jwks`, …: the part of the path that says what is wanted. */
function routeOf(path: string): string {
  const issuerRoute = ISSUER_ROUTES[path];
  if (issuerRoute) return issuerRoute;
  const names = path.split('/').filter((name) => name !== '');
  return names.includes('attributes') ? 'attributes' : (names.at(-1) ?? 'root');
}

function answerIssuer(
  request: RecordedRequest,
  issuer: string,
  key: SigningKey,
): Reply | undefined {
  if (request.route === 'jwks') return json({ keys: [key.publicJwk] });
  if (request.route !== 'openid-configuration') return undefined;
  return json({
    issuer,
    jwks_uri: `http://${request.headers['host']}/jwks`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  });
}

/** The real server's guards against being reached by way of a proxy or a browser. */
function refuse({ path, headers }: RecordedRequest): Reply | undefined {
  if (headers['x-forwarded-for'] !== undefined) {
    return plain(403, 'Request with "X-Forwarded-For" header is forbidden.\n');
  }
  if (path !== '/' && headers['metadata-flavor'] !== 'Google') {
    return plain(403, 'Missing required header "Metadata-Flavor": "Google".\n');
  }
  return undefined;
}

async function answerToken(
  { path, query }: RecordedRequest,
  fault: TokenFault | undefined,
  options: MetadataEmulatorOptions & { issuer: string; key: SigningKey },
): Promise<Reply | undefined> {
  const wanted = TOKEN_PATH.exec(path.slice(ROOT.length))?.groups;
  if (!wanted) return undefined;
  const account = findAccount(options.serviceAccounts, wanted['account'] ?? '');
  if (!account) return plain(404, 'Not Found\n');
  if (wanted['kind'] === 'token') {
    return json({ access_token: 'ya29.emulated', expires_in: 3599, token_type: 'Bearer' });
  }
  if (!query['audience']) return plain(400, 'non-empty audience parameter required\n');
  const { issuer, instance, key, now = Date.now, idTokenLifetimeSeconds = 3600 } = options;
  const claims = buildIdTokenClaims({
    issuer,
    audience: query['audience'],
    account,
    instance,
    format: query['format'] === 'full' ? 'full' : 'standard',
    nowMs: now(),
    lifetimeSeconds: fault?.lifetimeSeconds ?? idTokenLifetimeSeconds,
  });
  const signer = fault?.signedBy === 'foreign' ? await generateSigningKey(key.keyId) : key;
  return plain(200, await signIdToken({ ...claims, ...fault?.claims }, signer));
}

function findAccount(accounts: ServiceAccount[], name: string): ServiceAccount | undefined {
  if (name === 'default') return accounts[0];
  return accounts.find(({ email }) => email === decodeURIComponent(name));
}

function answerTree({ path, query }: RecordedRequest, tree: MetadataTree): Reply {
  if (path === '/') return plain(200, '0.1/\ncomputeMetadata/\n');
  const node = path.startsWith(ROOT) ? findNode(tree, path.slice(ROOT.length)) : undefined;
  if (node === undefined || node === null) return plain(404, 'Not Found\n');
  if (!isDirectory(node)) return plain(200, String(node));
  if (query['recursive']?.toLowerCase() === 'true') return json(toRecursiveJson(node));
  if (path.endsWith('/')) return plain(200, formatListing(node));
  return { status: 301, headers: { Location: `${path}/` }, body: '' };
}

function buildTree(options: MetadataEmulatorOptions): MetadataTree {
  const { instance, serviceAccounts, instanceAttributes = {}, projectAttributes = {} } = options;
  const account = ({ email }: ServiceAccount, aliases: string) => ({
    aliases,
    email,
    identity: null,
    scopes: 'https://www.googleapis.com/auth/cloud-platform\n',
    token: null,
  });
  const [first] = serviceAccounts;
  return {
    instance: {
      attributes: instanceAttributes,
      id: instance.id,
      name: instance.name,
      'service-accounts': {
        ...(first && { default: account(first, 'default') }),
        ...Object.fromEntries(
          serviceAccounts.map((each) => [
            each.email,
            account(each, each === first ? 'default' : ''),
          ]),
        ),
      },
      zone: `projects/${instance.numericProjectId}/zones/${instance.zone}`,
    },
    project: {
      attributes: projectAttributes,
      'numeric-project-id': instance.numericProjectId,
      'project-id': instance.projectId,
    },
  };
}

function plain(status: number, body: string): Reply {
  return { status, headers: { 'Content-Type': 'application/text' }, body };
}

function json(value: unknown): Reply {
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(value),
  };
}
