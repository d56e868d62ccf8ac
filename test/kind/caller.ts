/**
 * Asks STS who it is, with an unmodified AWS SDK and its default credential chain, and prints one
 * line of JSON for each call: the role session's ARN and the id of the access key, which is no secret.
 *
 *   node caller.ts [--until-refreshed]
 *
 * With the flag it keeps one client and calls once a second until its key has changed.
 */

import { argv, env, stdout } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

const untilRefreshed = argv.includes('--until-refreshed');
const deadlineMs = Date.now() + 180_000;
const client = new STSClient(
  env['AWS_ENDPOINT_URL_STS'] ? { endpoint: env['AWS_ENDPOINT_URL_STS'] } : {},
);

const first = await call();
if (untilRefreshed) {
  let latest = first;
  while (latest === first && Date.now() < deadlineMs) {
    await sleep(1000);
    latest = await call();
  }
  if (latest === first) throw new Error('the credentials were not refreshed within 180 seconds');
}

/** Calls once; returns the id of the access key that the call was signed with. */
async function call(): Promise<string> {
  const { Arn } = await client.send(new GetCallerIdentityCommand({}));
  const { accessKeyId } = await client.config.credentials();
  stdout.write(`${JSON.stringify({ arn: Arn, accessKeyId })}\n`);
  return accessKeyId;
}
