/**
 * A worker like any other: asks AWS STS who it is, with the SDK's default credential chain and not a
 * word about where the credentials come from.
 * usage: node who-am-i.ts [TIMES [PAUSE_MS]]
 */
import { setTimeout } from 'node:timers/promises';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

const [times = '1', pauseMs = '1000'] = process.argv.slice(2);
const sts = new STSClient();

for (let call = 1; call <= Number(times); call++) {
  if (call > 1) await setTimeout(Number(pauseMs));
  const { Arn } = await sts.send(new GetCallerIdentityCommand());
  const { accessKeyId } = await sts.config.credentials();
  console.log(`  worker: I am ${Arn} (key …${accessKeyId.slice(-4)})`);
}
