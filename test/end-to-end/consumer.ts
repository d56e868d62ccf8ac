/**
 * An unmodified consumer of AWS: for each line on its stdin, asks STS who it is with the AWS SDK's
 * default provider chain, and prints the caller's ARN and access key id. One client, all along.
 */
import { createInterface } from 'node:readline';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

const client = new STSClient({});
for await (const _ of createInterface({ input: process.stdin })) {
  const { Arn } = await client.send(new GetCallerIdentityCommand({}));
  const { accessKeyId } = await client.config.credentials();
  console.log(`${Arn} ${accessKeyId}`);
}
