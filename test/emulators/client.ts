/** What a worker asks of both emulators, by plain HTTP and the AWS SDK, one attempt each. */
import {
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityCommandInput,
  type AssumeRoleWithWebIdentityCommandOutput,
  type Credentials,
  GetCallerIdentityCommand,
  type GetCallerIdentityCommandOutput,
  STSClient,
} from '@aws-sdk/client-sts';
import type { MetadataEmulator } from './google-metadata.ts';
import { DEFAULT_AUDIENCE, DEFAULT_ROLE, type Emulators } from './start.ts';
import type { StsEmulator } from './sts.ts';

/** The default account's ID token for an audience. */
export async function fetchIdToken(
  metadata: MetadataEmulator,
  audience: string = DEFAULT_AUDIENCE,
): Promise<string> {
  const path = '/computeMetadata/v1/instance/service-accounts/default/identity';
  const query = new URLSearchParams({ audience });
  const headers = { 'Metadata-Flavor': 'Google' };
  const response = await fetch(`${metadata.url}${path}?${query}`, { headers });
  return response.text();
}

/**
 * Assumes the default role with a fresh ID token, unless the input says otherwise.
 * Rejects with the AWS SDK's exception for STS's error.
 */
export async function assumeRole(
  { metadata, sts }: Emulators,
  input: Partial<AssumeRoleWithWebIdentityCommandInput> = {},
): Promise<AssumeRoleWithWebIdentityCommandOutput> {
  const command = new AssumeRoleWithWebIdentityCommand({
    RoleArn: DEFAULT_ROLE.arn,
    RoleSessionName: 'wordcount',
    WebIdentityToken: input.WebIdentityToken ?? (await fetchIdToken(metadata)),
    ...input,
  });
  return createClient(sts).send(command);
}

/** Asks STS who holds these credentials. Rejects with the AWS SDK's exception. */
export function getCallerIdentity(
  sts: StsEmulator,
  credentials: Credentials | undefined,
): Promise<GetCallerIdentityCommandOutput> {
  return createClient(sts, credentials).send(new GetCallerIdentityCommand({}));
}

/** Sends fields to STS in its query protocol, unsigned. */
export function postFields(sts: StsEmulator, fields: Record<string, string>): Promise<Response> {
  return fetch(sts.url, { method: 'POST', body: new URLSearchParams(fields) });
}

function createClient({ url }: StsEmulator, credentials?: Credentials): STSClient {
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = credentials ?? {};
  return new STSClient({
    endpoint: url,
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    },
  });
}
