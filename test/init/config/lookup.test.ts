import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readGiven } from '../../../init/config/given.ts';
import { lookUpMissing } from '../../../init/config/lookup.ts';
import { IdentityError } from '../../../init/errors.ts';
import { createFakeClock, NOON_MS } from '../fake-clock.ts';

const NEVER = new AbortController().signal;
const DEADLINE_MS = 45_000;
const ARN = 'arn:aws:iam::123456789012:role/reader';
const OTHER_ARN = 'arn:aws:iam::123456789012:role/other';
const GIVEN = { AWS_ROLE_ARN: ARN, AWS_REGION: 'eu-west-1', AWS_ROLE_SESSION_NAME: 'reader' };
const WITHOUT_SESSION_NAME_AND_ROLE = { AWS_REGION: GIVEN.AWS_REGION };
const WITHOUT_SESSION_NAME = { ...WITHOUT_SESSION_NAME_AND_ROLE, AWS_ROLE_ARN: ARN };
const unavailable = new IdentityError('ERR_METADATA_UNAVAILABLE', 'no metadata server');

/** Looks up what the environment lacks in a metadata server with these values, or in none. */
async function lookUp(env: Record<string, string>, metadata: Record<string, string> | undefined) {
  const given = readGiven('init', {}, env);
  const asked: string[] = [];
  const clock = createFakeClock();
  const reader = {
    async read(path: string) {
      asked.push(path);
      if (metadata === undefined) throw unavailable;
      return metadata[path];
    },
  };
  const surroundings = { env, hostName: 'laptop', metadata: reader, clock };
  const result = lookUpMissing(given, surroundings, DEADLINE_MS, NEVER);
  const failure = await result.then(
    () => undefined,
    (error: unknown) => error,
  );
  return { given, asked, failure, passedMs: clock.nowMs() - NOON_MS };
}

describe('lookUpMissing', () => {
  test('asks nothing when nothing is missing', async () => {
    const { asked, failure } = await lookUp(GIVEN, undefined);
    assert.deepEqual(asked, []);
    assert.equal(failure, undefined);
  });

  const attributes = [
    {
      name: 'takes role and region from the instance before the project',
      metadata: {
        'instance/attributes/aws-role-arn': ARN,
        'project/attributes/aws-role-arn': OTHER_ARN,
        'instance/attributes/aws-region': 'eu-west-1',
        'project/attributes/aws-region': 'us-east-1',
      },
      from: 'instance',
    },
    {
      name: 'takes role and region from the project where the instance has none',
      metadata: {
        'project/attributes/aws-role-arn': `${ARN}\n`,
        'project/attributes/aws-region': ' eu-west-1 ',
      },
      from: 'project',
    },
  ];
  for (const { name, metadata, from } of attributes) {
    test(name, async () => {
      const { given } = await lookUp({}, metadata);
      assert.equal(given.values.roleArn, ARN);
      assert.equal(given.values.region, 'eu-west-1');
      assert.equal(given.sources.roleArn, `${from} metadata attribute aws-role-arn`);
      assert.deepEqual(given.problems, []);
    });
  }

  test('never lets an attribute beat what was given', async () => {
    const { given, asked } = await lookUp(WITHOUT_SESSION_NAME, {
      'instance/attributes/aws-role-arn': OTHER_ARN,
    });
    assert.equal(given.values.roleArn, ARN);
    assert.ok(!asked.some((path) => path.includes('aws-')));
  });

  test('tells how to give what is nowhere', async () => {
    const { given } = await lookUp({}, { 'instance/name': 'vm-1' });
    assert.deepEqual(given.problems, [
      '--role-arn is missing; give the flag, AWS_ROLE_ARN, or the metadata attribute aws-role-arn',
      '--region is missing; give the flag, AWS_REGION or AWS_DEFAULT_REGION, or the metadata attribute aws-region',
    ]);
  });

  test('holds an attribute to the same rules as a flag', async () => {
    const { given } = await lookUp(WITHOUT_SESSION_NAME_AND_ROLE, {
      'project/attributes/aws-role-arn': 'reader',
    });
    assert.equal(given.values.roleArn, undefined);
    assert.match(
      given.problems.join(),
      /^--role-arn \(from project metadata attribute aws-role-arn\) is "reader"; allowed: /,
    );
  });

  test('does not ask for what was given wrongly: one problem, not two', async () => {
    const { given, asked } = await lookUp({ ...GIVEN, AWS_REGION: 'Ireland' }, {});
    assert.equal(given.problems.length, 1);
    assert.deepEqual(asked, []);
  });

  const sessionNames = [
    {
      name: 'the Dataflow job and worker',
      env: WITHOUT_SESSION_NAME,
      metadata: { 'instance/attributes/job_id': '2026-11-22_1', 'instance/name': 'wc-x7k2' },
      expected: '2026-11-22_1@wc-x7k2',
      source: "the VM's name",
    },
    {
      name: 'the VM',
      env: WITHOUT_SESSION_NAME,
      metadata: { 'instance/name': 'vm-1' },
      expected: 'vm-1',
      source: "the VM's name",
    },
    {
      name: 'the host where the VM has no name',
      env: WITHOUT_SESSION_NAME,
      metadata: {},
      expected: 'laptop',
      source: "the host's name",
    },
    {
      name: 'the pod, without asking',
      env: { ...WITHOUT_SESSION_NAME, KUBERNETES_SERVICE_HOST: '10.0.0.1', HOSTNAME: 'reader-0' },
      metadata: undefined,
      expected: 'reader-0',
      source: "the pod's name",
    },
  ];
  for (const { name, env, metadata, expected, source } of sessionNames) {
    test(`names the role session after ${name}`, async () => {
      const { given } = await lookUp(env, metadata);
      assert.equal(given.values.roleSessionName, expected);
      assert.equal(given.sources.roleSessionName, source);
    });
  }

  test('waits for a metadata server until the deadline, then fails', async () => {
    const { failure, passedMs } = await lookUp(WITHOUT_SESSION_NAME, undefined);
    assert.equal(failure, unavailable);
    assert.ok(passedMs > 40_000, `${passedMs} ms`);
  });

  test('does not wait for one where there are problems to report anyway', async () => {
    const env = { AWS_IDENTITY_DURATION: '15m', AWS_ROLE_SESSION_NAME: 'reader' };
    const { given, failure, passedMs } = await lookUp(env, undefined);
    assert.equal(failure, undefined);
    assert.ok(passedMs <= 2_000, `${passedMs} ms`);
    assert.deepEqual(
      given.problems.map((problem) => problem.split(' ')[0]),
      ['--duration', '--role-arn', '--region'],
    );
  });
});
