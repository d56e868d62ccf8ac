/** `doctor --s3` at an S3 that verifies signatures, and that nobody here wrote. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { runToEnd } from './run-to-end.ts';
import { BUCKET, type Surroundings, startSurroundings } from './surroundings.ts';

describe('doctor --s3 at SeaweedFS', () => {
  let surroundings: Surroundings;

  before(async () => {
    surroundings = await startSurroundings();
    await surroundings.seaweedFs.putObject(BUCKET, 'source.txt', 'found');
  });
  after(() => surroundings.close());

  const places = [
    { uri: `s3://${BUCKET}`, exitCode: 0 },
    { uri: `s3://${BUCKET}/in put/+&=%/ü`, exitCode: 0 },
    { uri: 's3://no-such-bucket', exitCode: 78 },
  ];
  for (const { uri, exitCode } of places) {
    test(`signs the listing of ${uri} rightly: ${exitCode}`, async () => {
      const { environment } = surroundings;
      const ended = await runToEnd(['doctor', '--s3', uri], environment);
      assert.equal(ended.exitCode, exitCode, ended.log);
    });
  }
});
