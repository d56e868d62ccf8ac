/** What becomes of COMMAND and its credentials when refreshes fail. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type EndpointAccess,
  fetchCredentials,
  readEndpointAccess,
  SHOW_AND_STAY,
} from './endpoint-client.ts';
import { eventually } from './eventually.ts';
import { createScene } from './scene.ts';

/** Short, so that a refresh fails soon; long enough for the first credentials on a busy machine. */
const RUN = ['run', '--deadline', '4', '--', ...SHOW_AND_STAY];

describe('a refresh that fails', { concurrency: 5 }, () => {
  test('leaves the old credentials in use, and the next one heals it', async (t) => {
    const scene = await createScene(t, { sts: { credentialsLifetimeSeconds: 20 } });
    const running = scene.start(RUN);
    const access = await readEndpointAccess(running);
    const first = await fetchCredentials(access);
    scene.sts.faults.always({ kind: 'status', status: 503 });
    await running.logged(/Refresh failed, the present credentials last until/);
    assert.deepEqual(await fetchCredentials(access), first);
    scene.sts.faults.clear();
    await running.logged(/Refreshed the AWS credentials/);
    const { status, body } = await fetchCredentials(access);
    assert.equal(status, 200);
    assert.notEqual(body.AccessKeyId, first.body.AccessKeyId);
  });

  const faults = [
    { what: 'STS refuses', sts: { kind: 'error', code: 'AccessDenied' }, reason: /AccessDenied/ },
    { what: 'STS hangs', sts: { kind: 'hang' }, reason: /deadline|in time|STS/ },
  ] as const;
  for (const { what, sts, reason } of faults) {
    test(`past the expiry makes the endpoint answer 503 with the reason, and heals: ${what}`, async (t) => {
      const scene = await createScene(t, { sts: { credentialsLifetimeSeconds: 4 } });
      const running = scene.start(RUN);
      const access = await readEndpointAccess(running);
      scene.sts.faults.always(sts);
      await eventually('an answer of 503 with the reason', async () => {
        const { status, body } = await fetchCredentials(access);
        if (status === 503) assert.equal(body.code, 'CredentialsUnavailable');
        return status === 503 && reason.test(body.message ?? '');
      });
      assert.equal((await fetch(new URL('/healthz', access.url))).status, 503);
      await running.logged(/Refresh failed, and the credentials expired at/);
      scene.sts.faults.clear();
      const healed = await eventually('an answer of 200', () => answerOf(access, 200));
      assert.match(healed.body.AccessKeyId ?? '', /^ASIA/);
    });
  }

  test('for want of a metadata server heals too', async (t) => {
    const scene = await createScene(t, { sts: { credentialsLifetimeSeconds: 4 } });
    const running = scene.start(RUN);
    const access = await readEndpointAccess(running);
    scene.metadata.faults.always({ kind: 'reset' }, { on: 'identity' });
    await running.logged(/Refresh failed.*"code":"ERR_METADATA_UNAVAILABLE"/);
    scene.metadata.faults.clear();
    await running.logged(/Refreshed the AWS credentials/);
    await eventually('an answer of 200', () => answerOf(access, 200));
  });

  test('does not delay the end of COMMAND', async (t) => {
    const scene = await createScene(t, { sts: { credentialsLifetimeSeconds: 4 } });
    const running = scene.start(['run', '--', '/bin/sh', '-c', 'read -r line; exit 3']);
    await running.logged(/Delivered/);
    scene.sts.faults.always({ kind: 'hang' });
    await eventually('a refresh that hangs', () => scene.sts.requests.length > 1);
    running.stdin.write('end\n');
    assert.equal((await running.ended).code, 3);
  });
});

describe('run --on-error continue', { concurrency: 4 }, () => {
  const CONTINUE = ['run', '--on-error', 'continue', '--deadline', '1'];

  test('starts COMMAND without credentials, loudly; the endpoint heals later', async (t) => {
    const scene = await createScene(t);
    scene.sts.faults.always({ kind: 'status', status: 503 });
    const running = scene.start([...CONTINUE, '--', ...SHOW_AND_STAY]);
    const access = await readEndpointAccess(running);
    await running.logged(/"severity":"ERROR","message":"Starting COMMAND WITHOUT AWS CREDENTIALS/);
    const { status, body } = await fetchCredentials(access);
    assert.equal(status, 503);
    assert.match(body.message ?? '', /STS/);
    scene.sts.faults.clear();
    await eventually('an answer of 200', () => answerOf(access, 200));
  });

  test('starts COMMAND without a file, which is written later', async (t) => {
    const scene = await createScene(t);
    scene.sts.faults.always({ kind: 'status', status: 503 });
    const wait = 'until cat "$AWS_SHARED_CREDENTIALS_FILE"; do sleep 0.2; done 2> /dev/null';
    const command = ['/bin/sh', '-c', `echo started; ${wait}`];
    const running = scene.start([...CONTINUE, '--deliver', 'file', '--', ...command]);
    await running.printed(/started/);
    scene.sts.faults.clear();
    const { code, stdout } = await running.ended;
    assert.match(stdout, /^started\n\[default\]\naws_access_key_id = ASIA/);
    assert.equal(code, 0);
  });

  test('does not excuse a configuration that is wrong: 78', async (t) => {
    const scene = await createScene(t);
    const args = [...CONTINUE, '--', '/bin/echo', 'started'];
    const { code, stdout } = await scene.run(args, { env: { AWS_ROLE_ARN: 'reader' } });
    assert.equal(code, 78);
    assert.equal(stdout, '');
  });
});

async function answerOf(access: EndpointAccess, status: number) {
  const answer = await fetchCredentials(access);
  return answer.status === status && answer;
}
