import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DEFAULT_ROLE, type Emulators, startEmulators } from '../emulators/start.ts';
import { buildImage } from './build.ts';
import { runContainer } from './container.ts';
import { docker } from './docker.ts';

describe('the init image for Kubernetes', () => {
  let emulators: Emulators;
  let image: string;
  let volume: string;
  before(async () => {
    emulators = await startEmulators();
    image = await buildImage({ tag: 'init', target: 'init' });
    volume = mkdtempSync(join(tmpdir(), 'image-init-'));
    chmodSync(volume, 0o777);
  });
  after(async () => {
    rmSync(volume, { recursive: true });
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
    const options = ['--read-only', '--cap-drop=ALL', `--volume=${volume}:/credentials`];
    const recorded = await runContainer(emulators, { image, args: ['init'], env, options });
    assert.equal(recorded.exitCode, 0, recorded.stderr);
    const file = join(volume, 'credentials');
    assert.match(readFileSync(file, 'utf8'), /^\[default\]\naws_access_key_id = ASIA/m);
    const { uid, mode } = statSync(file);
    assert.deepEqual({ uid, mode: mode & 0o777 }, { uid: 65_532, mode: 0o600 });
  });
});
