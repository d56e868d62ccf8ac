/** What doctor does and leaves undone; what it says is in golden.test.ts. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildTrustPolicyFor } from '../../../init/contract.ts';
import { buildAcceptingPolicy } from '../../../init/doctor/explain-refusal.ts';
import { IdentityError } from '../../../init/errors.ts';
import { decodeIdToken } from '../../../init/identity/id-token.ts';
import { buildIdToken } from '../identity-fixtures.ts';
import { createWorker, diagnose, stsError } from './scene.ts';

describe('doctor', () => {
  test('asks STS once when it refuses', async () => {
    const assumeRole = async () => {
      throw stsError('AccessDenied', 'Not authorized');
    };
    const { done } = await diagnose(createWorker({ assumeRole }));
    assert.deepEqual(done, ['fetchIdToken', 'assumeRole']);
  });

  test('asks a failing STS until its deadline of ten seconds', async () => {
    const assumeRole = async () => {
      throw stsError('ServiceUnavailable', 'failing', 503);
    };
    const worker = createWorker({ assumeRole });
    const { done } = await diagnose(worker);
    assert.ok(done.filter((what) => what === 'assumeRole').length > 2);
    const waitedMs = worker.clock.sleepsMs.reduce((sum, ms) => sum + ms, 0);
    assert.ok(waitedMs > 5_000 && waitedMs <= 10_000, String(waitedMs));
  });

  test('asks STS nothing when the ID token is not right', async () => {
    const fetchIdToken = async () => buildIdToken({ aud: 'elsewhere' });
    const { done } = await diagnose(createWorker({ fetchIdToken, flags: { s3: 's3://data' } }));
    assert.deepEqual(done, ['fetchIdToken']);
  });

  test('starts no command where the credentials would be shadowed', async () => {
    const env = { ...createWorker().env, AWS_SESSION_TOKEN: 'old' };
    const { done } = await diagnose(createWorker({ env, flags: { command: 'true' } }));
    assert.deepEqual(done, ['fetchIdToken', 'assumeRole', 'fetchCallerArn']);
  });

  test('gives the command an endpoint on a free port, whatever the port of run', async () => {
    const flags = { command: 'true', port: '9911', tokenFile: '/run/token' };
    const { done } = await diagnose(createWorker({ flags }));
    assert.deepEqual(done.slice(3), [
      'listen undefined',
      'run true with AWS_CONTAINER_AUTHORIZATION_TOKEN,AWS_CONTAINER_CREDENTIALS_FULL_URI,AWS_DEFAULT_REGION,AWS_EC2_METADATA_DISABLED',
      'close',
    ]);
  });

  test('gives the command a file of its own, and removes it', async () => {
    const { done } = await diagnose(createWorker({ flags: { command: 'true', deliver: 'file' } }));
    assert.deepEqual(done.slice(3), [
      'write /tmp/scratch/credentials',
      'run true with AWS_DEFAULT_REGION,AWS_EC2_METADATA_DISABLED,AWS_SHARED_CREDENTIALS_FILE',
      'remove',
    ]);
  });

  test('removes the file also when the command cannot be started', async () => {
    const shell = {
      exists: () => true,
      run: () => Promise.reject(new IdentityError('ERR_CANNOT_EXECUTE', 'no')),
    };
    const flags = { command: 'true', deliver: 'file' };
    const { done, exitCode } = await diagnose(createWorker({ flags, ports: { shell } }));
    assert.equal(exitCode, 126);
    assert.equal(done.at(-1), 'remove');
  });

  test('ends at once when it is told to, and asks for no ID token any more', async () => {
    const controller = new AbortController();
    controller.abort(new Error('told to end'));
    let asked = false;
    const fetchIdToken = async () => {
      asked = true;
      return buildIdToken();
    };
    await assert.rejects(
      diagnose(createWorker({ fetchIdToken }), controller.signal),
      /told to end/,
    );
    assert.equal(asked, false);
  });
});

describe('buildAcceptingPolicy', () => {
  const tokens = [
    { claims: {}, azp: '112233445566778899001' },
    { claims: { azp: 'reader@example.com' }, azp: 'reader@example.com' },
    { claims: { azp: undefined }, azp: 'sts.amazonaws.com' },
  ];
  for (const { claims, azp } of tokens) {
    test(`lists ${azp} as aud for ${JSON.stringify(claims)}`, () => {
      const federatedPrincipal = 'accounts.google.com';
      const sub = '112233445566778899001';
      assert.deepEqual(
        buildAcceptingPolicy(decodeIdToken(buildIdToken(claims))),
        buildTrustPolicyFor([{ federatedPrincipal, azp, audience: 'sts.amazonaws.com', sub }]),
      );
    });
  }
});
