// One S3 client for the life of the process: reads the object that each line of standard input names.
import { createInterface } from 'node:readline';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import manifest from '@aws-sdk/client-s3/package.json' with { type: 'json' };

const s3 = new S3Client({ forcePathStyle: true });
report({ version: manifest.version });

for await (const line of createInterface({ input: process.stdin })) {
  const { bucket, key } = JSON.parse(line);
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    report({ ok: true, text: await Body.transformToString() });
  } catch (error) {
    report({ ok: false, error: `${error.name}: ${error.message}` });
  }
}

function report(answer) {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
