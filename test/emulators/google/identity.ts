/** The metadata server's `identity` and `token` entries, which are made when asked for. */
import type { TokenFault } from '../faults.ts';
import { jsonReply, type RecordedRequest, type Reply, textReply } from '../http/exchange.ts';
import {
  buildIdTokenClaims,
  generateSigningKey,
  type Instance,
  type ServiceAccount,
  type SigningKey,
  signIdToken,
} from './id-token.ts';

/** Who and what the tokens are about, and how they are signed. */
export interface Identity {
  issuer: string;
  key: SigningKey;
  serviceAccounts: ServiceAccount[];
  instance: Instance;
  idTokenLifetimeSeconds: number;
  now: () => number;
}

const TOKEN_PATH =
  /^\/computeMetadata\/v1\/instance\/service-accounts\/(?<account>[^/]+)\/(?<entry>identity|token)$/;

/**
 * The answer for an ID token or an access token, or undefined when the request is for neither.
 * 400 without an audience, 404 for an account that is not attached.
 */
export async function answerIdentity(
  { path, query }: RecordedRequest,
  identity: Identity,
  fault: TokenFault | undefined,
): Promise<Reply | undefined> {
  const { account: name, entry } = TOKEN_PATH.exec(path)?.groups ?? {};
  if (name === undefined) return undefined;
  const account = findAccount(identity.serviceAccounts, decodeURIComponent(name));
  if (!account) return textReply(404, 'Not Found\n');
  if (entry === 'token') {
    return jsonReply({ access_token: 'ya29.emulated', expires_in: 3599, token_type: 'Bearer' });
  }
  const { audience, format } = query;
  if (!audience) return textReply(400, 'non-empty audience parameter required\n');
  const request = { audience, account, format: format === 'full' ? 'full' : 'standard' } as const;
  return textReply(200, await mintIdToken(request, identity, fault));
}

function findAccount(accounts: ServiceAccount[], name: string): ServiceAccount | undefined {
  return name === 'default' ? accounts[0] : accounts.find(({ email }) => email === name);
}

async function mintIdToken(
  request: { audience: string; account: ServiceAccount; format: 'standard' | 'full' },
  identity: Identity,
  fault: TokenFault | undefined,
): Promise<string> {
  const { issuer, instance, key, idTokenLifetimeSeconds, now } = identity;
  const claims = buildIdTokenClaims({
    ...request,
    issuer,
    instance,
    nowMs: now(),
    lifetimeSeconds: fault?.lifetimeSeconds ?? idTokenLifetimeSeconds,
  });
  const signer = fault?.signedBy === 'foreign' ? await generateSigningKey(key.keyId) : key;
  return signIdToken({ ...claims, ...fault?.claims }, signer);
}
