/** `serve`: the refreshing half alone, for a native sidecar. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { reservePort } from '../emulators/reserve-port.ts';
import { fetchCredentials } from './endpoint-client.ts';
import { eventually } from './eventually.ts';
import type { RunningExecutable } from './executable.ts';
import { createScene, type Scene } from './scene.ts';

describe('serve', { concurrency: 4 }, () => {
  test('offers credentials to who reads the token file, until SIGTERM: 0', async (t) => {
    const { running, port, tokenFile } = await startServe(await createScene(t));
    await running.logged(/Delivered AWS credentials/);
    const token = readFileSync(tokenFile, 'utf8');
    assert.match(token, /^[\w-]{43}$/);
    assert.equal(statSync(tokenFile).mode & 0o777, 0o600);
    const url = `http://127.0.0.1:${port}/v1/credentials`;
    const { status, body } = await fetchCredentials({ url, authorization: token });
    assert.equal(status, 200);
    assert.match(body.AccessKeyId ?? '', /^ASIA/);
    assert.equal((await fetchCredentials({ url, authorization: 'guess' })).status, 401);
    running.kill('SIGTERM');
    const { code, stdout } = await running.ended;
    assert.equal(code, 0);
    assert.equal(stdout, '');
  });

  test('refreshes for as long as it lives', async (t) => {
    const scene = await createScene(t, { sts: { credentialsLifetimeSeconds: 8 } });
    const { running } = await startServe(scene);
    await running.logged(/Refreshed the AWS credentials[\s\S]*Refreshed the AWS credentials/);
    assert.ok(scene.sts.requests.length >= 3);
  });

  test('writes and rewrites the file instead, and still tells its health', async (t) => {
    const scene = await createScene(t, { sts: { credentialsLifetimeSeconds: 8 } });
    const { running, port, tokenFile } = await startServe(scene, '--deliver', 'file');
    await running.logged(/Delivered AWS credentials/);
    const first = readFileSync(scene.credentialsFile, 'utf8');
    assert.match(first, /^\[default\]\naws_access_key_id = ASIA/);
    await eventually('a rewritten file', () => {
      return readFileSync(scene.credentialsFile, 'utf8') !== first;
    });
    assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
    const url = `http://127.0.0.1:${port}/v1/credentials`;
    assert.equal((await fetchCredentials({ url, authorization: '' })).status, 404);
    assert.equal(existsSync(tokenFile), false);
  });

  test('listens before it has credentials, and says that there are none yet', async (t) => {
    const scene = await createScene(t);
    scene.sts.faults.always({ kind: 'status', status: 503 });
    const { running, port } = await startServe(scene);
    await running.logged(/Listening on 127\.0\.0\.1:/);
    const response = await fetch(`http://127.0.0.1:${port}/healthz`);
    assert.equal(response.status, 503);
    assert.equal(((await response.json()) as { status: string }).status, 'no-credentials');
    scene.sts.faults.clear();
    await running.logged(/Delivered AWS credentials/);
    assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
  });

  test('--check tells a probe whether there are credentials: 0 or 75', async (t) => {
    const scene = await createScene(t);
    const { running, port } = await startServe(scene);
    await running.logged(/Delivered AWS credentials/);
    const check = ['serve', '--check', '--port'];
    assert.equal((await scene.run([...check, port])).code, 0);
    const { code, stderr } = await scene.run([...check, String(await reservePort())]);
    assert.equal(code, 75);
    assert.match(stderr, /Nothing answers at http:\/\/127\.0\.0\.1:/);
  });

  test('--check asks nobody when its port makes no sense', async (t) => {
    const scene = await createScene(t);
    const env = { AWS_IDENTITY_PORT: 'abc' };
    const { code, stderr } = await scene.run(['serve', '--check'], { env });
    assert.equal(code, 78);
    assert.match(stderr, /--port \(from AWS_IDENTITY_PORT\) is/);
  });

  test('ends with 0 when it is told to end before it has credentials', async (t) => {
    const scene = await createScene(t);
    scene.metadata.faults.always({ kind: 'hang' }, { on: 'identity' });
    const { running } = await startServe(scene);
    await running.logged(/Listening/);
    running.kill('SIGTERM');
    assert.equal((await running.ended).code, 0);
  });

  test('without HOME wants to be told the token file: 78', async (t) => {
    const scene = await createScene(t);
    const { code, stderr } = await scene.run(['serve'], { env: { HOME: undefined } });
    assert.equal(code, 78);
    assert.match(stderr, /--token-file is missing and HOME is not an absolute path/);
    assert.equal(scene.sts.requests.length, 0);
  });

  test('takes no command: 64', async (t) => {
    const scene = await createScene(t);
    const { code, stdout, stderr } = await scene.run(['serve', '--', '/bin/echo', 'started']);
    assert.equal(code, 64);
    assert.equal(stdout, '');
    assert.match(stderr, /serve starts no command/);
  });
});

interface Serving {
  running: RunningExecutable;
  port: string;
  tokenFile: string;
}

async function startServe(scene: Scene, ...args: string[]): Promise<Serving> {
  const port = String(await reservePort());
  const tokenFile = join(scene.home, 'shared', 'token');
  const running = scene.start(['serve', '--port', port, '--token-file', tokenFile, ...args]);
  return { running, port, tokenFile };
}
