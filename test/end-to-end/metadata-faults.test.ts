/** What the metadata server can do wrong, and what becomes of it. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fetchIdToken } from '../emulators/client.ts';
import { type MetadataFault, startMetadataEmulator } from '../emulators/google-metadata.ts';
import { reservePort } from '../emulators/reserve-port.ts';
import { DEFAULT_INSTANCE, DEFAULT_SERVICE_ACCOUNT } from '../emulators/start.ts';
import { createScene } from './scene.ts';

const ECHO = ['--', '/bin/echo', 'started'];
const ON_IDENTITY = { on: 'identity' };

describe('run', { concurrency: 8 }, () => {
  test('waits for a metadata server that comes up 10 seconds late', async (t) => {
    const port = await reservePort();
    const scene = await createScene(t, { sts: { jwksUrl: `http://127.0.0.1:${port}/jwks` } });
    const env = { GCE_METADATA_HOST: `127.0.0.1:${port}` };
    const running = scene.start(['run', ...ECHO], { env });
    await sleep(10_000);
    const late = await startMetadataEmulator({
      port,
      serviceAccounts: [DEFAULT_SERVICE_ACCOUNT],
      instance: DEFAULT_INSTANCE,
    });
    t.after(() => late.close());
    const { code, stdout } = await running.ended;
    assert.equal(stdout, 'started\n');
    assert.equal(code, 0);
  });

  test('asks again when an answer takes 10 seconds', async (t) => {
    const scene = await createScene(t);
    scene.metadata.faults.next({ kind: 'delay', ms: 10_000 }, 1, ON_IDENTITY);
    const { code, stdout } = await scene.run(['run', ...ECHO]);
    assert.equal(stdout, 'started\n');
    assert.equal(code, 0);
  });

  test('asks again when an answer never comes, on a real VM too', async (t) => {
    const scene = await createScene(t);
    scene.metadata.faults.next({ kind: 'hang' }, 1, ON_IDENTITY);
    // Tells Google's library that it is in Google's cloud, where it has no time-out of its own.
    const options = { env: { K_SERVICE: 'reader' } };
    const { stdout, stderr } = await scene.run(['run', '--deadline', '20', ...ECHO], options);
    assert.equal(stdout, 'started\n', stderr);
  });

  const healing: { fault: MetadataFault; times: number }[] = [
    { fault: { kind: 'reset' }, times: 2 },
    { fault: { kind: 'status', status: 404 }, times: 2 },
    { fault: { kind: 'status', status: 429 }, times: 2 },
    { fault: { kind: 'status', status: 503 }, times: 2 },
    { fault: { kind: 'captive-portal' }, times: 1 },
    { fault: { kind: 'token', lifetimeSeconds: -60 }, times: 1 },
  ];
  for (const { fault, times } of healing) {
    test(`gets over ${describeFault(fault)}`, async (t) => {
      const scene = await createScene(t);
      scene.metadata.faults.next(fault, times, ON_IDENTITY);
      const { code, stdout, stderr } = await scene.run(['run', ...ECHO]);
      assert.equal(stdout, 'started\n', stderr);
      assert.equal(code, 0);
      assert.equal(scene.sts.requests.length, 1);
    });
  }

  test('asks again for a token that is about to expire', async (t) => {
    const scene = await createScene(t);
    scene.metadata.faults.next({ kind: 'token', lifetimeSeconds: 60 });
    await scene.run(['run', ...ECHO]);
    const asked = scene.metadata.requests.filter(({ route }) => route === 'identity');
    assert.equal(asked.length, 2);
    assert.equal(scene.sts.requests.length, 1);
  });

  const lasting: { fault: MetadataFault; code: number; message: RegExp }[] = [
    { fault: { kind: 'hang' }, code: 69, message: /it did not answer in time.*hint: this runs on/ },
    { fault: { kind: 'delay', ms: 10_000 }, code: 69, message: /it did not answer in time/ },
    { fault: { kind: 'captive-portal' }, code: 69, message: /is not the metadata server/ },
    { fault: { kind: 'status', status: 503 }, code: 69, message: /it answered 503/ },
    {
      fault: { kind: 'token', claims: { aud: 'https://other.example' } },
      code: 76,
      message: /its audience is https:\/\/other\.example, but sts\.amazonaws\.com was asked for/,
    },
    {
      fault: { kind: 'token', claims: { iss: 'https://evil.example' } },
      code: 76,
      message: /its issuer is https:\/\/evil\.example, not https:\/\/accounts\.google\.com/,
    },
    { fault: { kind: 'token', claims: { exp: undefined } }, code: 76, message: /it has no expiry/ },
    {
      fault: { kind: 'token', lifetimeSeconds: -60 },
      code: 76,
      message: /an ID token that expired 6\d s ago.*hint: is this machine's clock right\?/,
    },
    { fault: { kind: 'garbage' }, code: 76, message: /it has not the three parts of a JWT/ },
    {
      fault: { kind: 'status', status: 404 },
      code: 77,
      message: /knows no service account default \(404\).*hint: give the worker a service account/,
    },
    {
      fault: { kind: 'status', status: 403 },
      code: 77,
      message: /refused an ID token for service account default \(403\).*workloadIdentityUser/,
    },
  ];
  for (const { fault, code, message } of lasting) {
    test(`ends with ${code} for ${describeFault(fault)}, and asks STS nothing`, async (t) => {
      const scene = await createScene(t);
      scene.metadata.faults.always(fault, ON_IDENTITY);
      // What is tried until the deadline gets a short one; the others end by themselves.
      const deadline = code === 76 ? '30' : '4';
      const ended = await scene.run(['run', '--deadline', deadline, ...ECHO]);
      assert.equal(ended.code, code, ended.stderr);
      assert.equal(ended.stdout, '');
      assert.match(ended.stderr, message);
      assert.equal(scene.sts.requests.length, 0);
    });
  }

  test('leaves a foreign signature to STS, which refuses the token: 77', async (t) => {
    const scene = await createScene(t);
    scene.metadata.faults.always({ kind: 'token', signedBy: 'foreign' });
    const ended = await scene.run(['run', '--deadline', '30', ...ECHO]);
    assert.equal(ended.code, 77);
    assert.equal(ended.stdout, '');
    assert.match(ended.stderr, /InvalidIdentityToken.*hint: STS could not verify the token/);
  });

  test('believes nothing that a redirect leads to', async (t) => {
    const scene = await createScene(t);
    const token = await fetchIdToken(scene.metadata);
    const elsewhere = createServer((_, response) => response.end(token)).listen(0, '127.0.0.1');
    t.after(() => elsewhere.close());
    await new Promise((resolve) => elsewhere.once('listening', resolve));
    const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
    scene.metadata.faults.always({ kind: 'redirect', location }, ON_IDENTITY);
    const ended = await scene.run(['run', '--deadline', '2', ...ECHO]);
    assert.equal(ended.code, 69);
    assert.equal(ended.stdout, '');
    assert.match(ended.stderr, /is not the metadata server/);
    assert.equal(scene.sts.requests.length, 0);
  });
});

function describeFault(fault: MetadataFault): string {
  const { kind, ...details } = fault;
  const facts = Object.keys(details).length === 0 ? '' : ` ${JSON.stringify(details)}`;
  return `${kind}${facts}`;
}
