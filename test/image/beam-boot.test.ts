import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BEAM_BOOT_PATH } from '../../init/contract.ts';
import { type Emulators, startEmulators } from '../emulators/start.ts';
import { prepared } from '../interop/prepared.ts';
import { buildWorkerImage } from './build.ts';
import { runContainer } from './container.ts';

describe("Beam's own boot for Go in the worker image", () => {
  let emulators: Emulators;
  let image: string;
  let options: string[];
  before(async () => {
    emulators = await startEmulators();
    image = await buildWorkerImage('Go');
    const boot = join(prepared('beam', 'beam_go'), 'boot');
    options = ['--read-only', `--volume=${boot}:${BEAM_BOOT_PATH}:ro`];
  });
  after(() => emulators.close());

  test('starts after the credentials, and ends the container with its exit code', async () => {
    emulators.sts.clearRequests();
    const { exitCode, stderr } = await runContainer(emulators, { image, options });
    assert.equal(exitCode, 1, stderr);
    assert.match(stderr, /No id provided/);
    assert.equal(emulators.sts.requests.length, 1);
  });

  test('receives the arguments: it refuses one that it does not know', async () => {
    const args = ['--bogus=1'];
    const { exitCode, stderr } = await runContainer(emulators, { image, args, options });
    assert.equal(exitCode, 2, stderr);
    assert.match(stderr, /flag provided but not defined: -bogus/);
  });
});
