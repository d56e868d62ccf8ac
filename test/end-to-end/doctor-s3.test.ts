/** `doctor --s3` in front of an S3 that answers as it is told. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { reservePort } from '../emulators/reserve-port.ts';
import { runSecretly } from './doctor-run.ts';
import { ONE_KEY, type S3Reply, s3Error, startS3Stub } from './s3-stub.ts';
import { createScene } from './scene.ts';

describe('doctor --s3', { concurrency: 4 }, () => {
  const WRONG_REGION = { 'x-amz-bucket-region': 'us-east-2' };
  const answers: { reply: S3Reply; code: number; says: RegExp }[] = [
    { reply: ONE_KEY, code: 0, says: /keys +at least one/ },
    {
      reply: s3Error(403, 'AccessDenied'),
      code: 77,
      says: /AccessDenied[\s\S]*allow s3:ListBucket/,
    },
    { reply: s3Error(404, 'NoSuchBucket'), code: 78, says: /NoSuchBucket/ },
    {
      reply: s3Error(301, 'PermanentRedirect', {
        ...WRONG_REGION,
        location: 'http://127.0.0.1:1/',
      }),
      code: 78,
      says: /the bucket is in us-east-2[\s\S]*--region us-east-2/,
    },
    { reply: { status: 200, body: '<html>log in</html>' }, code: 76, says: /may not be S3/ },
    { reply: s3Error(503, 'SlowDown'), code: 75, says: /failing or throttling/ },
  ];
  for (const { reply, code, says } of answers) {
    test(`explains S3's answer ${/<Code>\w+|<\w+/.exec(reply.body)}: ${code}`, async (t) => {
      const { ended, s3 } = await runWithS3(t, reply);
      assert.equal(ended.code, code, ended.stdout);
      assert.match(ended.stdout, says);
      assert.equal(s3.requests.length, 1);
      assert.equal(
        s3.requests[0]?.url,
        '/example-bucket?list-type=2&max-keys=1&prefix=in%20put%2F%2B',
      );
      assert.match(s3.requests[0]?.headers.authorization ?? '', /^AWS4-HMAC-SHA256 .*\/s3\//);
    });
  }

  test('says when S3 is not there: 75', async (t) => {
    const scene = await createScene(t);
    const env = { AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${await reservePort()}` };
    const args = ['doctor', '--s3', 's3://example-bucket', '--deadline', '1'];
    const { code, stdout } = await scene.run(args, { env });
    assert.equal(code, 75);
    assert.match(stdout, /S3 cannot be reached at http:\/\/127/);
  });
});

async function runWithS3(t: TestContext, reply: S3Reply) {
  const scene = await createScene(t);
  const s3 = await startS3Stub(reply);
  t.after(() => s3.close());
  const ended = await runSecretly(scene, ['--s3', 's3://example-bucket/in put/+'], {
    AWS_ENDPOINT_URL_S3: s3.url,
  });
  return { ended, s3 };
}
