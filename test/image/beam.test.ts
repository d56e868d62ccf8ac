/** The built image with Beam's real boot in it, as the worker of a real pipeline over s3://. */
import assert from 'node:assert/strict';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { buildGoSubmission, GO_POOL_PORT } from '../beam/go-job.ts';
import { type Prism, startPrism, submit } from '../beam/prism.ts';
import { type Running, start, waitForPort } from '../beam/running.ts';
import { prepared } from '../interop/prepared.ts';
import {
  BUCKET,
  DISTRUSTING_ROLE,
  type Surroundings,
  startSurroundings,
} from '../interop/surroundings.ts';
import { buildImage } from './build.ts';
import { BEAM_GO_IMAGE, DOCKER, docker } from './docker.ts';

const CONTAINER = 'dataflow-aws-identity-test-pool';
const SESSION_SECONDS = 40;
const WRITTEN = ['ONE', 'THREE', 'TWO'];

describe('the worker image with real boot', { timeout: 600_000 }, () => {
  let surroundings: Surroundings;
  let prism: Prism;
  let image: string;

  before(async () => {
    surroundings = await startSurroundings(SESSION_SECONDS);
    await surroundings.seaweedFs.putObject(BUCKET, 'in/a.txt', 'one\ntwo\nthree\n');
    prism = await startPrism(surroundings.folder);
    const beamImage = await addBoot(surroundings.folder);
    image = await buildImage({ tag: 'worker-real-boot', beamImage });
  });
  after(async () => {
    await prism.running.kill();
    await surroundings.close();
  });

  async function runJob(name: string, hold: string): Promise<string[] | undefined> {
    const pool = startPool(surroundings, image);
    try {
      await waitForPort(GO_POOL_PORT, pool);
      const output = `out/${name}.txt`;
      const job = { input: `s3://${BUCKET}/in/*.txt`, output: `s3://${BUCKET}/${output}`, hold };
      const command = buildGoSubmission(prism.endpoint, job);
      const { exitCode, log } = await submit(command, surroundings.folder);
      assert.equal(exitCode, 0, `${log}\n${pool.log()}`);
      const text = await surroundings.seaweedFs.getObject(BUCKET, output);
      return text?.trim().split('\n').toSorted();
    } finally {
      await docker(['rm', '--force', CONTAINER]);
      await pool.ended;
    }
  }

  test('reads and writes S3 in a Go pipeline', async () => {
    assert.deepEqual(await runJob('image', '0s'), WRITTEN);
  });

  test('goes on when its first credentials expire in the middle', async () => {
    const { observer } = surroundings;
    const past = observer.requests.length;
    assert.deepEqual(await runJob('image-longer', `${SESSION_SECONDS + 10}s`), WRITTEN);
    const requests = observer.requests.slice(past);
    const reader = requests.find(({ path }) => path.endsWith('/in/a.txt'));
    const writer = requests.find(({ path }) => path.endsWith('/out/image-longer.txt'));
    assert(reader?.accessKeyId && writer?.accessKeyId);
    assert.notEqual(reader.accessKeyId, writer.accessKeyId);
  });

  test('never starts where the trust policy refuses, and the log says why', async () => {
    const pool = startPool(surroundings, image, [`--env=AWS_ROLE_ARN=${DISTRUSTING_ROLE}`]);
    assert.equal(await pool.ended, 77, pool.log());
    assert.match(pool.log(), /AccessDenied.*hint: the role's trust policy must allow/s);
    assert.doesNotMatch(pool.log(), /Starting worker pool/);
  });
});

/** Beam's Go image, or its stand-in, with the boot that was built from the same version. */
async function addBoot(folder: string): Promise<string> {
  const context = join(folder, 'boot-context');
  await mkdir(context);
  await copyFile(join(prepared('beam', 'beam_go'), 'boot'), join(context, 'boot'));
  const image = 'dataflow-aws-identity-test/beam-go-real-boot';
  const dockerfile = `FROM ${BEAM_GO_IMAGE}\nCOPY boot /opt/apache/beam/boot\n`;
  await docker(['build', `--tag=${image}`, '--file=-', context], { stdin: dockerfile });
  return image;
}

/**
 * The runner's part: starts the image's own entry point, with arguments for boot. The Go SDK panics
 * in a worker whose user has no name; Beam's image has one for root, its stand-in has none.
 */
function startPool(
  { environment, folder }: Surroundings,
  image: string,
  overrides: string[] = [],
): Running {
  const { PATH = '', HOME: _, ...settings } = environment;
  const env = Object.entries(settings).map(([name, value]) => `--env=${name}=${value}`);
  const options = [
    '--rm',
    `--name=${CONTAINER}`,
    '--network=host',
    '--tmpfs=/tmp:exec',
    '--env=USER=root',
  ];
  const args = ['run', ...options, ...env, ...overrides, image, '--worker_pool'];
  const { DOCKER_HOST = '' } = process.env;
  return start(DOCKER, args, { env: { PATH, DOCKER_HOST, HOME: folder }, cwd: folder });
}
