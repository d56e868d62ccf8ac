/** What STS can do wrong before COMMAND starts, and what becomes of it. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { StsEmulatorFault } from '../emulators/sts.ts';
import { createScene } from './scene.ts';

const ECHO = ['--', '/bin/echo', 'started'];

describe('run', { concurrency: 8 }, () => {
  const healing: { fault: StsEmulatorFault; times: number }[] = [
    { fault: { kind: 'error', code: 'Throttling' }, times: 3 },
    { fault: { kind: 'error', code: 'InvalidIdentityToken' }, times: 2 },
    { fault: { kind: 'error', code: 'ExpiredTokenException' }, times: 1 },
    { fault: { kind: 'error', code: 'IDPCommunicationError' }, times: 2 },
    { fault: { kind: 'error', code: 'AccessDenied' }, times: 1 },
    { fault: { kind: 'status', status: 503 }, times: 2 },
    { fault: { kind: 'reset' }, times: 2 },
  ];
  for (const { fault, times } of healing) {
    test(`gets over ${times} × ${describeFault(fault)}, each time with a new ID token`, async (t) => {
      const scene = await createScene(t);
      scene.sts.faults.next(fault, times);
      const { code, stdout, stderr } = await scene.run(['run', ...ECHO]);
      assert.equal(stdout, 'started\n', stderr);
      assert.equal(code, 0);
      assert.equal(scene.sts.requests.length, times + 1);
      const tokens = scene.metadata.requests.filter(({ route }) => route === 'identity');
      assert.equal(tokens.length, times + 1);
    });
  }

  const lasting: { fault: StsEmulatorFault; code: number; message: RegExp }[] = [
    {
      fault: { kind: 'error', code: 'AccessDenied' },
      code: 77,
      message:
        /STS refused the ID token for role arn:aws:iam::123456789012:role\/dataflow-reader: AccessDenied.*\(aud=sts\.amazonaws\.com, azp=112233445566778899001, sub=112233445566778899001\).*hint: the role's trust policy/,
    },
    { fault: { kind: 'error', code: 'IDPRejectedClaim' }, code: 77, message: /IDPRejectedClaim/ },
    { fault: { kind: 'error', code: 'Throttling' }, code: 75, message: /Throttling/ },
    { fault: { kind: 'status', status: 500 }, code: 75, message: /STS .*failing/ },
    { fault: { kind: 'hang' }, code: 75, message: /hint/ },
    { fault: { kind: 'no-credentials' }, code: 76, message: /without complete credentials/ },
    { fault: { kind: 'garbage' }, code: 76, message: /makes no sense/ },
    { fault: { kind: 'captive-portal' }, code: 76, message: /without complete credentials/ },
    {
      fault: { kind: 'credentials', lifetimeSeconds: -60 },
      code: 76,
      message: /that have expired.*hint: is this machine's clock right\?/,
    },
    {
      fault: { kind: 'error', code: 'RegionDisabledException' },
      code: 78,
      message: /hint: activate STS for this region/,
    },
    {
      fault: { kind: 'error', code: 'PackedPolicyTooLarge' },
      code: 78,
      message: /hint: shorten --policy/,
    },
  ];
  for (const { fault, code, message } of lasting) {
    test(`ends with ${code} for lasting ${describeFault(fault)}, and writes nothing`, async (t) => {
      const scene = await createScene(t);
      scene.sts.faults.always(fault);
      // What is tried until the deadline gets a short one; the others end by themselves.
      const deadline = code === 75 ? '4' : '30';
      const args = ['run', '--deliver', 'file', '--deadline', deadline, ...ECHO];
      const ended = await scene.run(args);
      assert.equal(ended.code, code, ended.stderr);
      assert.equal(ended.stdout, '');
      assert.match(ended.stderr, message);
      assert.equal(existsSync(scene.credentialsFile), false);
    });
  }

  test('tries a refusal a few times, slowly, and then no more', async (t) => {
    const scene = await createScene(t);
    scene.sts.faults.always({ kind: 'error', code: 'AccessDenied' });
    const { code } = await scene.run(['run', ...ECHO]);
    assert.equal(code, 77);
    assert.equal(scene.sts.requests.length, 4);
  });

  test('tries for the deadline and not longer', async (t) => {
    const scene = await createScene(t);
    scene.sts.faults.always({ kind: 'status', status: 503 });
    const startMs = Date.now();
    assert.equal((await scene.run(['run', '--deadline', '5', ...ECHO])).code, 75);
    const tookMs = Date.now() - startMs;
    assert.ok(tookMs >= 2000 && tookMs < 40_000, `${tookMs} ms`);
    assert.ok(scene.sts.requests.length >= 2);
  });

  test('follows no redirect of STS', async (t) => {
    const scene = await createScene(t);
    const location = `${scene.metadata.url}/elsewhere`;
    scene.sts.faults.always({ kind: 'redirect', location });
    const ended = await scene.run(['run', '--deadline', '20', ...ECHO]);
    assert.equal(ended.code, 76);
    assert.equal(ended.stdout, '');
    assert.ok(scene.metadata.requests.every(({ path }) => path !== '/elsewhere'));
  });

  test('starts together with 20 others although STS throttles: all get credentials', async (t) => {
    const scene = await createScene(t, { sts: { throttleAbovePerSecond: 5 } });
    const herd = Array.from({ length: 20 }, () => scene.run(['credential-process']));
    const codes = (await Promise.all(herd)).map(({ code }) => code);
    assert.deepEqual(codes, Array(20).fill(0));
    assert.ok(scene.sts.requests.length > 20, 'STS has throttled nobody');
  });
});

function describeFault(fault: StsEmulatorFault): string {
  return fault.kind === 'error'
    ? fault.code
    : `${fault.kind} ${'status' in fault ? fault.status : ''}`.trim();
}
