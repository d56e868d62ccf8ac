/** `run` with the loopback endpoint, its default delivery. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { reservePort } from '../emulators/reserve-port.ts';
import { fetchCredentials, readEndpointAccess, SHOW_AND_STAY } from './endpoint-client.ts';
import { eventually } from './eventually.ts';
import { createScene } from './scene.ts';

const RUN = ['run', '--', ...SHOW_AND_STAY];

describe('run with an endpoint', { concurrency: 4 }, () => {
  test('sets what every AWS SDK needs, and nothing that leads it elsewhere', async (t) => {
    const scene = await createScene(t);
    const { stdout } = await scene.run(['run', '--', '/usr/bin/env'], {
      env: { AWS_PROFILE: 'other', AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2', KEPT: 'as is' },
    });
    assert.match(stdout, /^AWS_REGION=eu-west-1$/m);
    assert.match(stdout, /^AWS_DEFAULT_REGION=eu-west-1$/m);
    assert.match(stdout, /^AWS_EC2_METADATA_DISABLED=true$/m);
    assert.match(stdout, /^AWS_CONTAINER_CREDENTIALS_FULL_URI=http:\/\/127\.0\.0\.1:\d+\/v1\/cr/m);
    assert.match(stdout, /^AWS_CONTAINER_AUTHORIZATION_TOKEN=[\w-]{43}$/m);
    assert.match(stdout, /^KEPT=as is$/m);
    assert.doesNotMatch(stdout, /^AWS_(PROFILE|CONTAINER_CREDENTIALS_RELATIVE_URI|ACCESS_KEY)/m);
  });

  test('answers with credentials from the moment that COMMAND starts', async (t) => {
    const scene = await createScene(t);
    const access = await readEndpointAccess(scene.start(RUN));
    const { status, body } = await fetchCredentials(access);
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body), ['AccessKeyId', 'SecretAccessKey', 'Token', 'Expiration']);
    assert.match(body.Expiration ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  test('answers many clients from memory: one call to STS for all of them', async (t) => {
    const scene = await createScene(t);
    const access = await readEndpointAccess(scene.start(RUN));
    const answers = await Promise.all(Array.from({ length: 200 }, () => fetchCredentials(access)));
    assert.ok(answers.every(({ status }) => status === 200));
    assert.equal(scene.sts.requests.length, 1);
  });

  test('hands out new credentials before the old ones expire', async (t) => {
    const scene = await createScene(t, { sts: { credentialsLifetimeSeconds: 8 } });
    const running = scene.start(RUN);
    const access = await readEndpointAccess(running);
    const first = await fetchCredentials(access);
    await eventually('other credentials', async () => {
      const { status, body } = await fetchCredentials(access);
      assert.equal(status, 200);
      return body.AccessKeyId !== first.body.AccessKeyId;
    });
    await running.logged(/"Refreshed the AWS credentials".*"expiration":"\d{4}-/);
  });

  test('refuses who does not know the authorization token, or calls it by another name', async (t) => {
    const scene = await createScene(t);
    const { url, authorization } = await readEndpointAccess(scene.start(RUN));
    const refused = [
      { status: 401, request: new Request(url) },
      { status: 401, request: new Request(url, { headers: { authorization: 'guess' } }) },
      { status: 404, request: new Request(`${url}x`, { headers: { authorization } }) },
      { status: 405, request: new Request(url, { method: 'POST', headers: { authorization } }) },
    ];
    for (const { status, request: wrong } of refused) {
      const response = await fetch(wrong);
      assert.equal(response.status, status);
      assert.doesNotMatch(await response.text(), /ASIA/);
    }
    const rebound = request(url, { headers: { authorization, host: 'rebound.example' } }).end();
    const [response] = (await once(rebound, 'response')) as [IncomingMessage];
    assert.equal(response.statusCode, 403);
    assert.doesNotMatch(await text(response), /ASIA/);
  });

  test('listens on 127.0.0.1 alone', async (t) => {
    const scene = await createScene(t);
    const { url, authorization } = await readEndpointAccess(scene.start(RUN));
    const elsewhere = url.replace('127.0.0.1', '127.0.0.2');
    await assert.rejects(fetch(elsewhere, { headers: { authorization } }), { name: 'TypeError' });
  });

  test('tells its health without secrets and without a token', async (t) => {
    const scene = await createScene(t);
    const { url } = await readEndpointAccess(scene.start(RUN));
    const response = await fetch(new URL('/healthz', url));
    assert.equal(response.status, 200);
    const { expiration, ...rest } = (await response.json()) as Record<string, string>;
    assert.deepEqual(rest, { status: 'ok' });
    assert.ok(Date.parse(expiration ?? '') > Date.now());
  });

  test('writes its token to --token-file, for nobody else and without a line end', async (t) => {
    const scene = await createScene(t);
    const tokenFile = join(scene.home, 'secrets', 'token');
    const port = String(await reservePort());
    const args = ['run', '--port', port, '--token-file', tokenFile, '--', ...SHOW_AND_STAY];
    const running = scene.start(args);
    const { url, authorization } = await readEndpointAccess(running);
    assert.equal(authorization, '');
    await running.printed(new RegExp(`^AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=${tokenFile}$`, 'm'));
    assert.equal(statSync(tokenFile).mode & 0o777, 0o600);
    assert.equal(url, `http://127.0.0.1:${port}/v1/credentials`);
    const token = readFileSync(tokenFile, 'utf8');
    assert.match(token, /^[\w-]{43}$/);
    assert.equal((await fetchCredentials({ url, authorization: token })).status, 200);
  });

  test('does not start COMMAND when its port is taken: 78', async (t) => {
    const scene = await createScene(t);
    const taken = createServer().listen(0, '127.0.0.1');
    t.after(() => taken.close());
    await new Promise((resolve) => taken.once('listening', resolve));
    const address = taken.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const ended = await scene.run(['run', '--port', port, '--', '/bin/echo', 'started']);
    assert.equal(ended.code, 78);
    assert.equal(ended.stdout, '');
    assert.match(ended.stderr, new RegExp(`Cannot listen on 127\\.0\\.0\\.1:${port}`));
    assert.match(ended.stderr, /hint: choose another port with --port/);
  });

  test('needs no HOME', async (t) => {
    const scene = await createScene(t);
    const options = { env: { HOME: undefined } };
    const { code, stdout } = await scene.run(['run', '--', '/bin/echo', 'started'], options);
    assert.equal(stdout, 'started\n');
    assert.equal(code, 0);
  });
});

describe('what would win over the endpoint in an AWS SDK', { concurrency: 4 }, () => {
  const variables = ['AWS_ACCESS_KEY_ID', 'AWS_SESSION_TOKEN', 'AWS_WEB_IDENTITY_TOKEN_FILE'];
  for (const name of variables) {
    test(`is refused by name: ${name} in the environment`, async (t) => {
      const scene = await createScene(t);
      const options = { env: { [name]: 'from-elsewhere' } };
      const ended = await scene.run(['run', '--', '/bin/echo', 'started'], options);
      assert.equal(ended.code, 78);
      assert.equal(ended.stdout, '');
      assert.match(ended.stderr, new RegExp(`${name} is set`));
      assert.doesNotMatch(ended.stderr, /from-elsewhere/);
      assert.equal(scene.sts.requests.length, 0);
    });
  }

  const files = [
    { file: 'credentials', text: '[default]\naws_access_key_id = AKIDEXAMPLE\n' },
    { file: 'config', text: '[default]\ncredential_process = /bin/leak\n' },
  ];
  for (const { file, text } of files) {
    test(`is refused by name: a key of [default] in ~/.aws/${file}`, async (t) => {
      const scene = await createScene(t);
      const path = join(scene.home, '.aws', file);
      mkdirSync(join(scene.home, '.aws'));
      writeFileSync(path, text);
      const ended = await scene.run(['run', '--', '/bin/echo', 'started']);
      assert.equal(ended.code, 78);
      assert.equal(ended.stdout, '');
      assert.match(ended.stderr, new RegExp(`${path} has \\w+ in \\[default\\]`));
      assert.doesNotMatch(ended.stderr, /AKIDEXAMPLE|leak/);
      assert.equal(readFileSync(path, 'utf8'), text);
    });
  }

  test('does not include keys of a profile that COMMAND does not use', async (t) => {
    const scene = await createScene(t);
    mkdirSync(join(scene.home, '.aws'));
    writeFileSync(scene.credentialsFile, '[other]\naws_access_key_id = AKIDEXAMPLE\n');
    const { stdout } = await scene.run(['run', '--', '/bin/echo', 'started']);
    assert.equal(stdout, 'started\n');
  });
});
