/** Flags, variables and metadata attributes, as Google and AWS come to see them. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Role } from '../emulators/aws/roles.ts';
import { DEFAULT_ROLE, type Emulators } from '../emulators/start.ts';
import { createScene } from './scene.ts';

/** Roles that trust every audience, one for each place where a role may be named. */
const ROLES = ['flag', 'variable', 'instance', 'project'].map((name): Role => {
  const arn = `arn:aws:iam::123456789012:role/${name}`;
  return { arn, trustPolicy: { ...DEFAULT_ROLE.trustPolicy, Statement: trustAnyAudience() } };
});
const [FLAG, VARIABLE, INSTANCE, PROJECT] = ROLES.map(({ arn }) => arn);
const POLICY = '{"Version":"2012-10-17","Statement":[]}';

interface Case {
  option: string;
  args?: string[];
  env?: Record<string, string | undefined>;
  attributes?: { instance?: Record<string, string>; project?: Record<string, string> };
  /** What STS (form fields) or the metadata server (query, path) was asked. */
  asked: Record<string, string | undefined>;
}

const ATTRIBUTES = {
  instance: { 'aws-role-arn': INSTANCE ?? '' },
  project: { 'aws-role-arn': PROJECT ?? '' },
};

const CASES: Case[] = [
  {
    option: 'a flag, over variable and attributes',
    args: ['--role-arn', FLAG ?? ''],
    env: { AWS_ROLE_ARN: VARIABLE },
    attributes: ATTRIBUTES,
    asked: { RoleArn: FLAG },
  },
  {
    option: 'a variable, over attributes',
    env: { AWS_ROLE_ARN: VARIABLE },
    attributes: ATTRIBUTES,
    asked: { RoleArn: VARIABLE },
  },
  {
    option: "the instance's attribute, over the project's",
    attributes: ATTRIBUTES,
    asked: { RoleArn: INSTANCE },
  },
  {
    option: "the project's attribute, where a variable is empty",
    env: { AWS_ROLE_ARN: '' },
    attributes: { project: ATTRIBUTES.project },
    asked: { RoleArn: PROJECT },
  },
  { option: 'the audience', args: ['--audience', 'my-aws'], asked: { audience: 'my-aws' } },
  {
    option: 'an audience with characters that a URL must escape',
    env: { AWS_IDENTITY_AUDIENCE: 'https://aws.example/?a=1&b=2' },
    asked: { audience: 'https://aws.example/?a=1&b=2' },
  },
  { option: 'the default audience', asked: { audience: 'sts.amazonaws.com', format: 'standard' } },
  { option: 'the duration', args: ['--duration=900'], asked: { DurationSeconds: '900' } },
  { option: 'the default duration', asked: { DurationSeconds: '3600' } },
  {
    option: 'the service account',
    env: {
      AWS_IDENTITY_SERVICE_ACCOUNT: 'dataflow-worker@example-project.iam.gserviceaccount.com',
    },
    asked: { account: 'dataflow-worker@example-project.iam.gserviceaccount.com' },
  },
  {
    option: 'repeated session policy ARNs',
    args: ['--policy-arn', policyArn('one'), '--policy-arn', policyArn('two')],
    asked: {
      'PolicyArns.member.1.arn': policyArn('one'),
      'PolicyArns.member.2.arn': policyArn('two'),
    },
  },
  {
    option: 'session policy ARNs of a variable',
    env: { AWS_IDENTITY_POLICY_ARNS: `${policyArn('one')}, ${policyArn('two')}` },
    asked: { 'PolicyArns.member.2.arn': policyArn('two') },
  },
  { option: 'a session policy', args: ['--policy', POLICY], asked: { Policy: POLICY } },
  {
    option: 'the last of a flag given twice',
    args: ['--duration', '900', '--duration', '1800'],
    asked: { DurationSeconds: '1800' },
  },
  {
    option: 'a role session name',
    args: ['--role-session-name', 'nightly@eu'],
    asked: { RoleSessionName: 'nightly@eu' },
  },
  {
    option: "the VM's name for the session",
    asked: { RoleSessionName: 'wordcount-11221530-abcd-harness-x7k2' },
  },
  {
    option: "the Dataflow job's id and the worker's tail for the session",
    attributes: { instance: { job_id: '2026-11-22_07_30_00-1234567890123456789' } },
    asked: { RoleSessionName: '2026-11-22_07_30_00-1234567890123456789@221530-abcd-harness-x7k2' },
  },
  {
    option: "the pod's name for the session",
    env: { KUBERNETES_SERVICE_HOST: '10.0.0.1', HOSTNAME: 'reader-6f9c-abcde' },
    asked: { RoleSessionName: 'reader-6f9c-abcde' },
  },
];

describe('the configuration', { concurrency: 4 }, () => {
  for (const { option, args = [], env = {}, attributes, asked } of CASES) {
    test(`takes ${option}`, async (t) => {
      const scene = await createScene(t, {
        metadata: {
          instanceAttributes: attributes?.instance ?? {},
          projectAttributes: attributes?.project ?? {},
        },
        sts: { roles: ROLES },
      });
      const AWS_ROLE_ARN = attributes?.project ? undefined : VARIABLE;
      const options = { env: { AWS_ROLE_ARN, ...env } };
      const { code, stderr } = await scene.run(['credential-process', ...args], options);
      assert.equal(code, 0, stderr);
      const seen = whatWasAsked(scene);
      for (const [name, value] of Object.entries(asked)) assert.equal(seen[name], value, name);
    });
  }
});

describe('the region', async () => {
  const scene = await createScene(
    { after },
    {
      metadata: { instanceAttributes: { 'aws-region': 'sa-east-1' } },
    },
  );
  const cases = [
    { from: 'a flag', args: ['--region', 'us-west-2'], env: {}, region: 'us-west-2' },
    { from: 'AWS_REGION', args: [], env: { AWS_DEFAULT_REGION: 'us-east-2' }, region: 'eu-west-1' },
    {
      from: 'AWS_DEFAULT_REGION',
      args: [],
      env: { AWS_REGION: undefined, AWS_DEFAULT_REGION: 'us-east-2' },
      region: 'us-east-2',
    },
    { from: 'an attribute', args: [], env: { AWS_REGION: undefined }, region: 'sa-east-1' },
  ];
  for (const { from, args, env, region } of cases) {
    test(`comes from ${from}, and COMMAND gets it by both names`, async () => {
      const { stdout } = await scene.run(['run', ...args, '--', '/usr/bin/env'], { env });
      assert.match(stdout, new RegExp(`^AWS_REGION=${region}$`, 'm'));
      assert.match(stdout, new RegExp(`^AWS_DEFAULT_REGION=${region}$`, 'm'));
    });
  }
});

describe('AWS_ENDPOINT_URL', () => {
  test('leads to STS where AWS_ENDPOINT_URL_STS does not', async (t) => {
    const scene = await createScene(t);
    const env = { AWS_ENDPOINT_URL_STS: undefined, AWS_ENDPOINT_URL: scene.sts.url };
    assert.equal((await scene.run(['init'], { env })).code, 0);
    assert.equal(scene.sts.requests.length, 1);
  });
});

describe('the request to STS', () => {
  test('is not signed, even where there are AWS credentials to sign it with', async (t) => {
    const scene = await createScene(t);
    const env = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'static' };
    assert.equal((await scene.run(['credential-process'], { env })).code, 0);
    const [request] = scene.sts.requests;
    assert.equal(request?.method, 'POST');
    assert.equal(request.headers['authorization'], undefined);
    assert.equal(request.path, '/');
    assert.deepEqual(request.query, {});
  });
});

function trustAnyAudience() {
  const [statement] = [DEFAULT_ROLE.trustPolicy.Statement].flat();
  assert.ok(statement);
  const { Condition: _, ...unconditional } = statement;
  return [unconditional];
}

function whatWasAsked({ metadata, sts }: Emulators): Record<string, string | undefined> {
  const identity = metadata.requests.find(({ route }) => route === 'identity');
  const account = identity?.path.split('/').at(-2);
  return {
    ...identity?.query,
    account: account === undefined ? undefined : decodeURIComponent(account),
    ...sts.requests[0]?.form,
  };
}

function policyArn(name: string): string {
  return `arn:aws:iam::123456789012:policy/${name}`;
}
