/** A Python pipeline over s3:// with Beam's own harness and runner; AWS is SeaweedFS. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { freePorts } from '../interop/free-ports.ts';
import { BUCKET, type Surroundings, startSurroundings } from '../interop/surroundings.ts';
import { type Prism, startPrism, submit } from './prism.ts';
import { buildPythonSubmission, startPythonPool } from './python-job.ts';
import { waitForPort } from './running.ts';

describe('a Python pipeline under Beam', { timeout: 300_000 }, () => {
  let surroundings: Surroundings;
  let prism: Prism;

  before(async () => {
    surroundings = await startSurroundings();
    await surroundings.seaweedFs.putObject(BUCKET, 'in/a.txt', 'one\ntwo\nthree\n');
    prism = await startPrism(surroundings.folder);
  });
  after(async () => {
    await prism.running.kill();
    await surroundings.close();
  });

  for (const delivery of ['endpoint', 'file']) {
    test(`reads and writes S3 with delivery ${delivery}`, async () => {
      const { folder, seaweedFs } = surroundings;
      const [port = 0] = await freePorts(1);
      const pool = await startPythonPool(surroundings, port, ['--deliver', delivery]);
      try {
        await waitForPort(port, pool);
        const output = `out/python-${delivery}.txt`;
        const job = { input: `s3://${BUCKET}/in/*.txt`, output: `s3://${BUCKET}/${output}` };
        const command = buildPythonSubmission(prism.endpoint, port, job);
        const { exitCode, log } = await submit(command, folder);
        assert.equal(exitCode, 0, `${log}\n${pool.log()}\n${prism.running.log()}`);
        const text = await seaweedFs.getObject(BUCKET, output);
        assert.deepEqual(text?.trim().split('\n').toSorted(), ['ONE', 'THREE', 'TWO']);
      } finally {
        await pool.kill();
      }
    });
  }
});
