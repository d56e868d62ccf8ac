import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import { createS3Lister } from '../../../init/adapters/s3-listing.ts';
import { reservePort } from '../../emulators/reserve-port.ts';
import { CREDENTIALS } from '../identity-fixtures.ts';

const NEVER = new AbortController().signal;
const LISTING = '<ListBucketResult><KeyCount>1</KeyCount></ListBucketResult>';

describe('createS3Lister', () => {
  let server: Server;
  let endpoint: string;
  let asked: IncomingMessage[];
  let answer: { status: number; headers?: Record<string, string>; body: string };
  before(async () => {
    server = createServer((request, response) => {
      asked.push(request);
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    asked = [];
    answer = { status: 200, body: LISTING };
  });

  const list = (prefix = '', bucket = 'bucket') =>
    createS3Lister({ region: 'eu-west-1', endpoint }).listOne(
      { bucket, prefix },
      CREDENTIALS,
      NEVER,
    );

  test('asks for at most one key under the prefix, signed', async () => {
    assert.equal((await list('a b/ä+?')).keyCount, 1);
    const [request] = asked;
    assert.equal(request?.url, '/bucket?list-type=2&max-keys=1&prefix=a%20b%2F%C3%A4%2B%3F');
    assert.match(request?.headers.authorization ?? '', /^AWS4-HMAC-SHA256 .*\/eu-west-1\/s3\//);
    assert.equal(request?.headers['x-amz-security-token'], CREDENTIALS.sessionToken);
  });

  const refusals = [
    {
      name: 'a refusal',
      answer: { status: 403, body: '<Error><Code>AccessDenied</Code><Message>m</Message></Error>' },
      expected: { status: 403, code: 'AccessDenied', bucketRegion: undefined, keyCount: undefined },
    },
    {
      name: 'a bucket of another region',
      answer: {
        status: 301,
        headers: { 'x-amz-bucket-region': 'us-east-1', location: 'http://127.0.0.1:1/' },
        body: '<Error><Code>PermanentRedirect</Code></Error>',
      },
      expected: {
        status: 301,
        code: 'PermanentRedirect',
        bucketRegion: 'us-east-1',
        keyCount: undefined,
      },
    },
    {
      name: 'a web page',
      answer: { status: 200, body: '<html>log in</html>' },
      expected: { status: 200, code: undefined, bucketRegion: undefined, keyCount: undefined },
    },
  ];
  for (const { name, answer: given, expected } of refusals) {
    test(`takes from ${name} no more than it needs, and follows it nowhere`, async () => {
      answer = given;
      assert.deepEqual(await list(), expected);
      assert.equal(asked.length, 1);
    });
  }

  test("names AWS's own address where there is no other", () => {
    const lister = createS3Lister({ region: 'eu-west-1', endpoint: undefined });
    assert.equal(lister.endpoint, 'https://s3.eu-west-1.amazonaws.com');
  });

  test('is temporary where nothing listens', async () => {
    const dead = `http://127.0.0.1:${await reservePort()}`;
    const lister = createS3Lister({ region: 'eu-west-1', endpoint: dead });
    await assert.rejects(lister.listOne({ bucket: 'bucket', prefix: '' }, CREDENTIALS, NEVER), {
      code: 'ERR_TEMPORARY',
      message: new RegExp(`^S3 cannot be reached at ${dead}: `),
    });
  });
});
