/** A Go pipeline over s3:// with Beam's own boot and runner; AWS is SeaweedFS. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import {
  BUCKET,
  DISTRUSTING_ROLE,
  type Surroundings,
  startSurroundings,
} from '../interop/surroundings.ts';
import { buildGoSubmission, startGoPool, waitForGoPool } from './go-job.ts';
import { type Prism, startPrism, submit } from './prism.ts';
import type { Running } from './running.ts';

const SESSION_SECONDS = 40;
/** Longer than any credentials: between reading and writing they expire. */
const HOLD = `${SESSION_SECONDS + 10}s`;
const WRITTEN = ['ONE', 'THREE', 'TWO'];

describe('a Go pipeline under Beam', { timeout: 600_000 }, () => {
  let surroundings: Surroundings;
  let prism: Prism;
  const pools: Running[] = [];

  before(async () => {
    surroundings = await startSurroundings(SESSION_SECONDS);
    await surroundings.seaweedFs.putObject(BUCKET, 'in/a.txt', 'one\ntwo\nthree\n');
    prism = await startPrism(surroundings.folder);
  });
  afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.kill())));
  after(async () => {
    await prism.running.kill();
    await surroundings.close();
  });

  async function startPool(options: string[]): Promise<Running> {
    const pool = await startGoPool(surroundings, options);
    pools.push(pool);
    return pool;
  }

  async function runJob(name: string, options: string[], hold = '0s') {
    const pool = await startPool(options);
    await waitForGoPool(pool);
    const { folder, observer, seaweedFs } = surroundings;
    const past = observer.requests.length;
    const job = {
      input: `s3://${BUCKET}/in/*.txt`,
      output: `s3://${BUCKET}/out/${name}.txt`,
      hold,
    };
    const submitted = await submit(buildGoSubmission(prism.endpoint, job), folder);
    const text = await seaweedFs.getObject(BUCKET, `out/${name}.txt`);
    return {
      exitCode: submitted.exitCode,
      log: `${submitted.log}\n${pool.log()}`,
      lines: text?.trim().split('\n').toSorted(),
      requests: observer.requests.slice(past),
    };
  }

  for (const delivery of ['endpoint', 'file']) {
    test(`reads and writes S3 with delivery ${delivery}`, async () => {
      const { exitCode, log, lines } = await runJob(delivery, ['--deliver', delivery]);
      assert.equal(exitCode, 0, log);
      assert.deepEqual(lines, WRITTEN);
    });
  }

  for (const delivery of ['endpoint', 'file']) {
    test(`goes on with delivery ${delivery} when its first credentials have expired`, async () => {
      const name = `longer-${delivery}`;
      const ended = await runJob(name, ['--deliver', delivery], HOLD);
      assert.equal(ended.exitCode, 0, ended.log);
      assert.deepEqual(ended.lines, WRITTEN);
      const reader = ended.requests.find(({ path }) => path.endsWith('/in/a.txt'));
      const writer = ended.requests.find(({ path }) => path.endsWith(`/out/${name}.txt`));
      assert(reader?.accessKeyId && writer?.accessKeyId, ended.log);
      assert.notEqual(reader.accessKeyId, writer.accessKeyId);
    });
  }

  test('fails at that point with credentials that are written once', async () => {
    const { exitCode, log, lines } = await runJob('once', ['--deliver', 'file', '--once'], HOLD);
    assert.notEqual(exitCode, 0);
    // SeaweedFS's word for the key of an expired session.
    assert.match(log, /StatusCode: 403.*InvalidAccessKeyId/);
    assert.equal(lines, undefined);
  });

  test('never starts where the trust policy refuses, and the log says why', async () => {
    const pool = await startPool(['--role-arn', DISTRUSTING_ROLE]);
    assert.equal(await pool.ended, 77, pool.log());
    assert.match(pool.log(), /AccessDenied.*\nhint: the role's trust policy must allow/);
    assert.doesNotMatch(pool.log(), /Starting worker pool/);
  });
});
