import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { DEFAULT_AUDIENCE, DEFAULT_ROLE, type Emulators, startEmulators } from './start.ts';

describe('startEmulators', () => {
  let emulators: Emulators;
  before(async () => {
    emulators = await startEmulators();
  });
  after(() => emulators.close());

  test('lets the AWS SDK turn a metadata ID token into credentials that STS recognises', async () => {
    const { metadata, sts } = emulators;
    const identity = await fetch(
      `${metadata.url}/computeMetadata/v1/instance/service-accounts/default/identity?audience=${DEFAULT_AUDIENCE}`,
      { headers: { 'Metadata-Flavor': 'Google' } },
    );
    const client = { endpoint: sts.url, region: 'eu-west-1', maxAttempts: 1 };
    const { Credentials: credentials } = await new STSClient(client).send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: DEFAULT_ROLE.arn,
        RoleSessionName: 'wordcount',
        WebIdentityToken: await identity.text(),
      }),
    );
    const caller = await new STSClient({
      ...client,
      credentials: {
        accessKeyId: credentials?.AccessKeyId ?? '',
        secretAccessKey: credentials?.SecretAccessKey ?? '',
        sessionToken: credentials?.SessionToken ?? '',
      },
    }).send(new GetCallerIdentityCommand({}));
    assert.equal(caller.Arn, 'arn:aws:sts::123456789012:assumed-role/dataflow-reader/wordcount');
    assert.equal(caller.Account, '123456789012');
  });
});
