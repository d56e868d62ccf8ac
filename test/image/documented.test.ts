import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Emulators, startEmulators } from '../emulators/start.ts';
import { buildText, buildWorkerImage } from './build.ts';
import { eventOf, runContainer } from './container.ts';
import { DEBIAN_IMAGE, RECORDER_IMAGES, ROOT } from './docker.ts';

const LAUNCHER = '/opt/google/dataflow/python_template_launcher';

describe('the Dockerfiles of docs/dataflow.md', () => {
  let emulators: Emulators;
  let own: string;
  let launcher: string;
  let worker: string;
  before(async () => {
    emulators = await startEmulators();
    worker = await buildWorkerImage('Go');
    [own = '', launcher = ''] = readDockerfiles();
  });
  after(() => emulators.close());

  test('take the executable into an own image by one COPY --from', async () => {
    const buildArgs = { WORKER_IMAGE: worker, BEAM_IMAGE: RECORDER_IMAGES.Python };
    const image = await buildText('own-dockerfile', own, buildArgs);
    await assertHasCredentials(image);
  });

  test('give a Flex Template launcher credentials', async () => {
    const base = await buildText(
      'launcher-base',
      `FROM ${DEBIAN_IMAGE}\nCOPY --from=${RECORDER_IMAGES.Go} /opt/apache/beam/boot ${LAUNCHER}\n`,
    );
    const buildArgs = { WORKER_IMAGE: worker, LAUNCHER_IMAGE: base };
    await assertHasCredentials(await buildText('launcher', launcher, buildArgs));
  });

  async function assertHasCredentials(image: string): Promise<void> {
    const args = ['--job=wordcount', 'two words'];
    const env = { RECORDER_START_WORKER: '1' };
    const recorded = await runContainer(emulators, { image, args, env });
    assert.equal(recorded.exitCode, 0, recorded.stderr);
    assert.deepEqual(eventOf(recorded, 'started').arguments, args);
    assert.match(eventOf(recorded, 'identity').arn, /assumed-role\/dataflow-reader\//);
  }
});

function readDockerfiles(): string[] {
  const page = readFileSync(join(ROOT, 'docs/dataflow.md'), 'utf8');
  return [...page.matchAll(/^```dockerfile\n(.*?)^```$/gms)].map(([, text = '']) => text);
}
