/** Dataflow and Kubernetes restart containers: what an earlier life left is no obstacle. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { reservePort } from '../emulators/reserve-port.ts';
import { fetchCredentials, readEndpointAccess, SHOW_AND_STAY } from './endpoint-client.ts';
import { createScene } from './scene.ts';

describe('after it was killed', { concurrency: 4 }, () => {
  test('run with an endpoint starts again on the same port', async (t) => {
    const scene = await createScene(t);
    const port = String(await reservePort());
    const args = ['run', '--port', port, '--', ...SHOW_AND_STAY];
    const first = scene.start(args);
    const before = await readEndpointAccess(first);
    await first.destroy();
    const after = await readEndpointAccess(scene.start(args));
    assert.equal((await fetchCredentials(after)).status, 200);
    assert.equal((await fetchCredentials(before)).status, 401);
  });

  for (const options of [[], ['--once']]) {
    test(`run with a file writes it again: ${options.join(' ') || 'refreshing'}`, async (t) => {
      const scene = await createScene(t);
      const args = ['run', '--deliver', 'file', ...options, '--', ...SHOW_AND_STAY];
      const first = scene.start(args);
      await first.printed(/shown/);
      const before = readFileSync(scene.credentialsFile, 'utf8');
      await first.destroy();
      await scene.start(args).printed(/shown/);
      const after = readFileSync(scene.credentialsFile, 'utf8');
      assert.notEqual(after, before);
      assert.equal(after.match(/^\[default\]$/gm)?.length, 1);
      assert.deepEqual(readdirSync(dirname(scene.credentialsFile)), ['credentials']);
    });
  }

  test('serve starts again over its token file, with another token', async (t) => {
    const scene = await createScene(t);
    const tokenFile = join(scene.home, 'token');
    const args = ['serve', '--port', String(await reservePort()), '--token-file', tokenFile];
    const first = scene.start(args);
    await first.logged(/Delivered AWS credentials/);
    const before = readFileSync(tokenFile, 'utf8');
    await first.destroy();
    await scene.start(args).logged(/Delivered AWS credentials/);
    assert.notEqual(readFileSync(tokenFile, 'utf8'), before);
  });
});
