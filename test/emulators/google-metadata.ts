/**
 * A Google metadata server on loopback, with the OIDC issuer that vouches for its ID tokens.
 * Status codes and texts follow the real server's.
 */
import type { Emulator, EmulatorOptions } from './emulator.ts';
import {
  createFaultPlan,
  HTTP_FAULT_KINDS,
  type HttpFault,
  TOKEN_FAULT_KINDS,
  type TokenFault,
} from './faults.ts';
import { GOOGLE_ISSUER, generateSigningKey } from './google/id-token.ts';
import { answerIdentity } from './google/identity.ts';
import { answerIssuer, ISSUER_ROUTES } from './google/issuer.ts';
import {
  findNode,
  formatListing,
  isDirectory,
  type MetadataTree,
  toRecursiveJson,
} from './google/metadata-tree.ts';
import { buildMetadataTree, type MetadataValues } from './google/metadata-values.ts';
import { jsonReply, type RecordedRequest, type Reply, textReply } from './http/exchange.ts';
import { startServer } from './http/server.ts';

export interface MetadataEmulatorOptions extends EmulatorOptions, MetadataValues {
  /** The `iss` of the tokens; default Google's. */
  issuer?: string;
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

/** Starts a metadata server. Rejects when the port is taken. */
export async function startMetadataEmulator(
  options: MetadataEmulatorOptions,
): Promise<MetadataEmulator> {
  const { issuer = GOOGLE_ISSUER, idTokenLifetimeSeconds = 3600, now = Date.now } = options;
  const { serviceAccounts, instance } = options;
  const key = await generateSigningKey();
  const identity = { issuer, key, serviceAccounts, instance, idTokenLifetimeSeconds, now };
  const tree = buildMetadataTree(options);
  const emulator = await startServer<TokenFault>(
    {
      standardHeaders: { 'Metadata-Flavor': 'Google', Server: 'Metadata Server for VM' },
      faults: createFaultPlan([...HTTP_FAULT_KINDS, ...TOKEN_FAULT_KINDS], appliesTo),
      routeOf: ({ path }) => routeOf(path),
      answer: async (request, fault) =>
        answerIssuer(request, issuer, key) ??
        refuse(request) ??
        (await answerIdentity(request, identity, fault)) ??
        answerValue(request, tree),
    },
    options,
  );
  return { ...emulator, issuer, jwksUrl: `${emulator.url}/jwks` };
}

/** Faults of the token concern the identity entry; others all but the issuer's own routes. */
function appliesTo(fault: MetadataFault, route: string): boolean {
  if (fault.kind === 'token') return route === 'identity';
  return ![...ISSUER_ROUTES.values()].includes(route);
}

/** `identity`, `email`, `attributes`, `jwks`, …: the part of the path that says what is wanted. */
function routeOf(path: string): string {
  const names = path.split('/').filter((name) => name !== '');
  if (names.includes('attributes')) return 'attributes';
  return ISSUER_ROUTES.get(path) ?? names.at(-1) ?? 'root';
}

/** The real server's guards against being reached by way of a proxy or a browser. */
function refuse({ path, headers }: RecordedRequest): Reply | undefined {
  if (headers['x-forwarded-for'] !== undefined) {
    return textReply(403, 'Request with "X-Forwarded-For" header is forbidden.\n');
  }
  if (path !== '/' && headers['metadata-flavor'] !== 'Google') {
    return textReply(403, 'Missing required header "Metadata-Flavor": "Google".\n');
  }
  return undefined;
}

function answerValue({ path, query }: RecordedRequest, tree: MetadataTree): Reply {
  if (path === '/') return textReply(200, '0.1/\ncomputeMetadata/\n');
  const node = path.startsWith(ROOT) ? findNode(tree, path.slice(ROOT.length)) : undefined;
  if (node === undefined || node === null) return textReply(404, 'Not Found\n');
  if (!isDirectory(node)) return textReply(200, String(node));
  if (query['recursive']?.toLowerCase() === 'true') return jsonReply(toRecursiveJson(node));
  if (path.endsWith('/')) return textReply(200, formatListing(node));
  return { status: 301, headers: { Location: `${path}/` }, body: '' };
}
