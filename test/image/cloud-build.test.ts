import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { DEFAULT_ROLE, type Emulators, startEmulators } from '../emulators/start.ts';
import { type CloudBuild, readCloudBuild, runCloudBuild, upload } from './cloud-build.ts';
import { eventOf, runContainer } from './container.ts';
import { docker, NODE_IMAGE, RECORDER_IMAGES, tryDocker } from './docker.ts';
import { type Registry, startRegistry } from './registry.ts';

/** The substitutions without a default in the file. */
const REQUIRED = { _IMAGE_URI: 'registry/image:1', _LOGS_DIR: 'gs://bucket/logs' };
const PUBLISHED_NODE_IMAGE = 'node:26-bookworm-slim';

describe('cloudbuild.yaml', () => {
  test('has the four substitutions of the guide, the base image and the platform', () => {
    const { substitutions, logsBucket, images } = readCloudBuild(REQUIRED);
    assert.deepEqual(Object.keys({ ...substitutions, ...REQUIRED }).toSorted(), [
      '_AWS_REGION',
      '_AWS_ROLE_ARN',
      '_BEAM_IMAGE',
      '_IMAGE_URI',
      '_LOGS_DIR',
      '_PLATFORM',
    ]);
    assert.equal(logsBucket, REQUIRED._LOGS_DIR);
    assert.deepEqual(images, [REQUIRED._IMAGE_URI]);
  });

  for (const missing of ['_IMAGE_URI', '_LOGS_DIR'] as const) {
    test(`needs ${missing}`, () => {
      const { [missing]: _, ...given } = REQUIRED;
      assert.throws(() => readCloudBuild(given), new RegExp(missing));
    });
  }

  test('starts from a version of the base image, never from latest', () => {
    const { substitutions } = readCloudBuild(REQUIRED);
    assert.match(substitutions['_BEAM_IMAGE'] ?? '', /^apache\/beam_go_sdk:\d+\.\d+\.\d+$/);
  });
});

describe('a build by the steps of cloudbuild.yaml', () => {
  let emulators: Emulators;
  let registry: Registry;
  let folder: string;
  let build: CloudBuild;
  let image: string;
  before(async () => {
    emulators = await startEmulators();
    registry = await startRegistry();
    folder = upload();
    image = `${registry.host}/project/worker:1`;
    build = readCloudBuild({
      _IMAGE_URI: image,
      _LOGS_DIR: 'gs://bucket/logs',
      _BEAM_IMAGE: RECORDER_IMAGES.Go,
      _AWS_ROLE_ARN: DEFAULT_ROLE.arn,
      _AWS_REGION: 'us-east-2',
    });
    // The file pulls the Node image by its published name: where no registry has it, a local tag.
    if (NODE_IMAGE !== PUBLISHED_NODE_IMAGE)
      await docker(['tag', NODE_IMAGE, PUBLISHED_NODE_IMAGE]);
    await runCloudBuild(build, folder);
  });
  after(async () => {
    if (NODE_IMAGE !== PUBLISHED_NODE_IMAGE) await docker(['image', 'rm', PUBLISHED_NODE_IMAGE]);
    await registry.close();
    await emulators.close();
    rmSync(folder, { recursive: true });
  });

  test('uploads only what the Dockerfile needs', () => {
    assert.deepEqual(readdirSync(folder).toSorted(), [
      '.dockerignore',
      'image',
      'init',
      'package-lock.json',
      'package.json',
    ]);
  });

  test('pushes an image that works when it is pulled again', async () => {
    await docker(['image', 'rm', '--force', image]);
    assert.notEqual((await tryDocker(['image', 'inspect', image])).exitCode, 0);
    await docker(['pull', image]);
    const env = { RECORDER_START_WORKER: '1' };
    const recorded = await runContainer(emulators, { image, env });
    assert.equal(recorded.exitCode, 0, recorded.stderr);
    const { arn, region } = eventOf(recorded, 'identity');
    assert.match(arn, /assumed-role\/dataflow-reader\//);
    assert.equal(region, 'us-east-2');
  });
});
