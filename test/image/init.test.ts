import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DEFAULT_ROLE, type Emulators, startEmulators } from '../emulators/start.ts';
import { buildImage } from './build.ts';
import { runContainer } from './container.ts';
import { docker } from './docker.ts';

const VOLUME = `dataflow-aws-identity-test-${process.pid}`;

describe('the init image for Kubernetes', () => {
  let emulators: Emulators;
  let image: string;
  before(async () => {
    emulators = await startEmulators();
    image = await buildImage({ tag: 'init', target: 'init' });
    await docker(['volume', 'create', '--driver=local', ...TMPFS, VOLUME]);
  });
  after(async () => {
    await docker(['volume', 'rm', '--force', VOLUME]);
    await emulators.close();
  });

  test('is a user by number, and not root', async () => {
    const user = await docker(['image', 'inspect', '--format={{.Config.User}}', image]);
    assert.equal(user, '65532:65532');
  });

  test('writes the credentials file into a shared volume, on a read-only root', async () => {
    const env = {
      AWS_ROLE_ARN: DEFAULT_ROLE.arn,
      AWS_REGION: 'eu-west-1',
      AWS_SHARED_CREDENTIALS_FILE: '/credentials/credentials',
    };
    const options = ['--read-only', '--cap-drop=ALL', `--volume=${VOLUME}:/credentials`];
    const recorded = await runContainer(emulators, { image, args: ['init'], env, options });
    assert.equal(recorded.exitCode, 0, recorded.stderr);
    assert.match(recorded.stderr, /\/credentials\/credentials/);
  });
});

/** As Kubernetes' emptyDir with `medium: Memory`. */
const TMPFS = ['type=tmpfs', 'device=tmpfs', 'o=mode=1777'].map((option) => `--opt=${option}`);
