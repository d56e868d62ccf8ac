/** Tokens, keys and raw bodies: never in a log, a message or an argument list. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, type TestContext, test } from 'node:test';
import { fetchIdToken } from '../emulators/client.ts';
import type { MetadataFault } from '../emulators/google-metadata.ts';
import type { StsEmulatorFault } from '../emulators/sts.ts';
import { fetchCredentials, readEndpointAccess, SHOW_AND_STAY } from './endpoint-client.ts';
import { eventually } from './eventually.ts';
import { createScene } from './scene.ts';

/** Every variable by which a library or the runtime could be made to talk. */
const LOUD = {
  AWS_IDENTITY_LOG_LEVEL: 'debug',
  GOOGLE_SDK_NODE_LOGGING: '*',
  GOOGLE_SDK_DEBUG_LOGGING: 'true',
  DEBUG_AUTH: '1',
  DEBUG: '*',
  NODE_DEBUG: '*',
  BUN_CONFIG_VERBOSE_FETCH: 'curl',
  BUN_DEBUG_QUIET_LOGS: '0',
};
const RUN = ['run', '--deadline', '4', '--', '/bin/echo', 'started'];
const MARK = 'raw-body-of-somebody';
const LONG = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYwJalrXUtnFEMI';

/** What no output may hold: a JWT or a part of one, a key, a session token, somebody's body. */
const SECRETS = [/eyJ[\w-]{8,}/, /\bA[SK]IA[A-Z0-9]{8,}/, new RegExp(MARK), new RegExp(LONG)];

describe('a failure, with every debug switch on, shows no secret', { concurrency: 8 }, () => {
  const stsFaults: StsEmulatorFault[] = [
    { kind: 'error', code: 'AccessDenied' },
    { kind: 'error', code: 'InvalidIdentityToken', message: `no: ${LONG} AKIAIOSFODNN7EXAMPLE` },
    { kind: 'error', code: 'SomethingNew', status: 418, message: LONG },
    { kind: 'status', status: 500, body: MARK },
    { kind: 'status', status: 400, body: `<html>${MARK}</html>` },
    { kind: 'status', status: 200, body: MARK },
    { kind: 'redirect', location: `http://127.0.0.1:9/?${LONG}` },
    { kind: 'credentials', lifetimeSeconds: -60 },
    { kind: 'garbage' },
    { kind: 'no-credentials' },
    { kind: 'reset' },
    { kind: 'hang' },
  ];
  for (const fault of stsFaults) {
    test(`of STS: ${JSON.stringify(fault)}`, async (t) => {
      const scene = await createScene(t);
      scene.sts.faults.always(fault);
      const { code, stdout, stderr } = await scene.run(RUN, { env: LOUD });
      assert.notEqual(code, 0);
      assert.equal(stdout, '');
      assertNoSecrets(stderr);
    });
  }

  const metadataFaults: MetadataFault[] = [
    { kind: 'token', claims: { aud: 'https://other.example' } },
    { kind: 'token', lifetimeSeconds: -60 },
    { kind: 'status', status: 403, body: MARK },
    { kind: 'status', status: 500, body: MARK },
    { kind: 'status', status: 200, body: MARK },
    { kind: 'status', status: 200, body: `eyJhbGciOiJSUzI1NiJ9.${LONG}` },
    { kind: 'status', status: 200, body: `eyJhbGciOiJSUzI1NiJ9.${LONG}.${LONG}` },
  ];
  for (const fault of metadataFaults) {
    test(`of the metadata server: ${JSON.stringify(fault)}`, async (t) => {
      const scene = await createScene(t);
      scene.metadata.faults.always(fault, { on: 'identity' });
      const { code, stdout, stderr } = await scene.run(RUN, { env: LOUD });
      assert.notEqual(code, 0);
      assert.equal(stdout, '');
      assertNoSecrets(stderr);
    });
  }

  for (const code of ['InvalidIdentityToken', 'AccessDenied', 'Throttling', 'Odd']) {
    test(`of an STS that echoes the token: ${code}`, async (t) => {
      const scene = await createScene(t);
      const { url, tokens } = await startEchoingSts(t, code);
      const env = { ...LOUD, AWS_ENDPOINT_URL_STS: url };
      const ended = await scene.run(RUN, { env });
      assert.notEqual(ended.code, 0);
      assert.equal(ended.stdout, '');
      assert.ok(tokens.length > 0);
      assertNoSecrets(ended.stderr, tokens);
    });
  }

  test('of a refresh, neither in the log nor in what the endpoint answers', async (t) => {
    const scene = await createScene(t, { sts: { credentialsLifetimeSeconds: 4 } });
    const args = ['run', '--deadline', '4', '--', ...SHOW_AND_STAY];
    const running = scene.start(args, { env: LOUD });
    const access = await readEndpointAccess(running);
    const message = `cannot verify ${await fetchIdToken(scene.metadata)} ${LONG}`;
    scene.sts.faults.always({ kind: 'error', code: 'InvalidIdentityToken', message });
    const refused = await eventually('an answer of 503', async () => {
      const answer = await fetchCredentials(access);
      return answer.status === 503 && answer;
    });
    assertNoSecrets(JSON.stringify(refused.body));
    await running.logged(/the credentials expired at/);
    running.kill('SIGTERM');
    assertNoSecrets((await running.ended).stderr);
  });
});

describe('a success, with every debug switch on, shows no secret', { concurrency: 8 }, () => {
  for (const deliver of ['endpoint', 'file']) {
    test(`in the log and on stdout: ${deliver}`, async (t) => {
      const scene = await createScene(t);
      const args = ['run', '--deliver', deliver, '--', '/bin/echo', 'started'];
      const { stdout, stderr } = await scene.run(args, { env: LOUD });
      assert.equal(stdout, 'started\n');
      assert.match(stderr, /"severity":"DEBUG"/);
      assertNoSecrets(
        stderr,
        scene.sts.requests.map(({ form }) => form['WebIdentityToken'] ?? ''),
      );
    });
  }

  test('in the argument list of any process', async (t) => {
    const scene = await createScene(t);
    const running = scene.start(['run', '--', ...SHOW_AND_STAY]);
    const { authorization } = await readEndpointAccess(running);
    const argumentLists = [running.pid, ...childrenOf(running.pid)].map((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, 'utf8'),
    );
    assert.equal(argumentLists.length, 2);
    assertNoSecrets(argumentLists.join('\n'), [authorization]);
  });

  test("in COMMAND's environment, but for the endpoint's own token", async (t) => {
    const scene = await createScene(t);
    const { stdout } = await scene.run(['run', '--', '/usr/bin/env']);
    assertNoSecrets(stdout);
  });

  test('and hands the debug switches on to COMMAND', async (t) => {
    const scene = await createScene(t);
    const { stdout } = await scene.run(['run', '--', '/usr/bin/env'], { env: LOUD });
    for (const [name, value] of Object.entries(LOUD)) {
      assert.ok(stdout.split('\n').includes(`${name}=${value}`), name);
    }
  });
});

function assertNoSecrets(output: string, known: readonly string[] = []): void {
  for (const secret of SECRETS) assert.doesNotMatch(output, secret);
  for (const secret of known) {
    assert.ok(secret.length > 20);
    assert.ok(!output.includes(secret.slice(-20)), `the end of a secret is in:\n${output}`);
  }
}

function childrenOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
  );
}

/** An STS that refuses, with the token that it was sent in its message. */
async function startEchoingSts(t: TestContext, code: string) {
  const tokens: string[] = [];
  const server = createServer(async (request, response) => {
    const token = new URLSearchParams(await text(request)).get('WebIdentityToken') ?? '';
    tokens.push(token);
    const error = `<Type>Sender</Type><Code>${code}</Code><Message>Bad ${token}</Message>`;
    response.writeHead(400, { 'content-type': 'text/xml' });
    response.end(`<ErrorResponse><Error>${error}</Error></ErrorResponse>`);
  });
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { tokens, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
