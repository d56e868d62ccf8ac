import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readGiven, unknownVariables } from '../../../init/config/given.ts';

const ARN = 'arn:aws:iam::123456789012:role/reader';

describe('readGiven', () => {
  const table = [
    {
      name: 'a flag beats a variable',
      flags: { region: 'eu-west-1' },
      env: { AWS_REGION: 'us-east-1' },
      values: { region: 'eu-west-1' },
      sources: { region: '--region' },
    },
    {
      name: 'AWS_REGION beats AWS_DEFAULT_REGION',
      flags: {},
      env: { AWS_DEFAULT_REGION: 'us-east-1', AWS_REGION: 'eu-west-1' },
      values: { region: 'eu-west-1' },
      sources: { region: 'AWS_REGION' },
    },
    {
      name: 'AWS_DEFAULT_REGION stands in for an empty AWS_REGION',
      flags: {},
      env: { AWS_DEFAULT_REGION: 'us-east-1', AWS_REGION: '' },
      values: { region: 'us-east-1' },
      sources: { region: 'AWS_DEFAULT_REGION' },
    },
    {
      name: 'an empty variable is unset',
      flags: {},
      env: { AWS_ROLE_ARN: '', AWS_PROFILE: '', AWS_IDENTITY_DURATION: '' },
      values: {},
      sources: {},
    },
    {
      name: 'a variable of another command is not read',
      flags: {},
      env: { AWS_IDENTITY_ONCE: 'true', AWS_IDENTITY_PORT: 'abc' },
      values: {},
      sources: {},
    },
    {
      name: 'text becomes values',
      flags: { durationSeconds: '900', fileMode: '0640' },
      env: { AWS_IDENTITY_POLICY_ARNS: 'arn:aws:iam::aws:policy/A,arn:aws:iam::aws:policy/B' },
      values: {
        durationSeconds: 900,
        policyArns: ['arn:aws:iam::aws:policy/A', 'arn:aws:iam::aws:policy/B'],
        fileMode: 0o640,
      },
      sources: {
        durationSeconds: '--duration',
        policyArns: 'AWS_IDENTITY_POLICY_ARNS',
        fileMode: '--file-mode',
      },
    },
  ];
  for (const { name, flags, env, values, sources } of table) {
    test(name, () => {
      assert.deepEqual(readGiven('init', flags, env), { values, sources, problems: [] });
    });
  }

  test('tells all problems at once: the option, where from, the value and what is allowed', () => {
    const given = readGiven(
      'run',
      { durationSeconds: '15m', deliver: 'disk', roleArn: ARN },
      { AWS_REGION: 'Ireland', AWS_IDENTITY_ONCE: 'yes' },
    );
    assert.deepEqual(given.values, { roleArn: ARN });
    assert.deepEqual(given.problems, [
      '--region (from AWS_REGION) is "Ireland"; allowed: an AWS region such as eu-west-1',
      '--duration is "15m"; allowed: a whole number of seconds from 900 to 43200',
      '--deliver is "disk"; allowed: endpoint or file',
      '--once (from AWS_IDENTITY_ONCE) is "yes"; allowed: true or false',
    ]);
  });

  test('refuses a metadata host that is no host, before anybody waits for it', () => {
    const { problems } = readGiven('run', {}, { GCE_METADATA_HOST: 'bad host' });
    assert.deepEqual(problems, [
      'GCE_METADATA_HOST is "bad host"; allowed: a host, with a port if it needs one',
    ]);
  });

  test('does not fall back to the variable when the flag is wrong', () => {
    const given = readGiven('init', { region: '' }, { AWS_REGION: 'eu-west-1' });
    assert.equal(given.values.region, undefined);
    assert.match(given.problems.join(), /^--region is "";/);
  });

  test('quotes no more than the beginning of a long value', () => {
    const { problems } = readGiven('init', { policy: 'x'.repeat(5000) }, {});
    assert.match(problems.join(), /^--policy is "x{80}…"; allowed: a JSON policy/);
  });
});

describe('unknownVariables', () => {
  test('names a mistyped variable of ours, and the one that was meant', () => {
    const env = { AWS_IDENTITY_DURATON: '900', AWS_IDENTITY_DURATION: '900', AWS_REGION: 'r' };
    assert.deepEqual(unknownVariables(env), [
      'AWS_IDENTITY_DURATON is no variable of this program; did you mean AWS_IDENTITY_DURATION?',
    ]);
  });
});
