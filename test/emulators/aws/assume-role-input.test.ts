import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseAssumeRoleInput } from './assume-role-input.ts';

const FIELDS = {
  RoleArn: 'arn:aws:iam::123456789012:role/dataflow-reader',
  RoleSessionName: 'wordcount',
  WebIdentityToken: 'header.payload.signature',
};
const POLICY_ARN = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';

const policyArns = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`PolicyArns.member.${index + 1}.arn`, POLICY_ARN]),
  );
const policyOf = (length: number) =>
  `{"Statement":[],"pad":"${'x'.repeat(length - '{"Statement":[],"pad":""}'.length)}"}`;

interface Refusal {
  name: string;
  fields: Record<string, string>;
  code?: string;
  message: RegExp;
}

const REFUSALS: Refusal[] = [
  {
    name: 'a role session name of one character',
    fields: { RoleSessionName: 'x' },
    message: /Value 'x' at 'roleSessionName' .* length greater than or equal to 2$/,
  },
  {
    name: 'a role session name of 65 characters',
    fields: { RoleSessionName: 'x'.repeat(65) },
    message: /'roleSessionName' .* length less than or equal to 64$/,
  },
  {
    name: 'a role session name with a space',
    fields: { RoleSessionName: 'word count' },
    message: /'roleSessionName' .* regular expression pattern/,
  },
  {
    name: 'a role ARN of 19 characters',
    fields: { RoleArn: 'arn:aws:iam::1:role' },
    message: /'roleArn' .* length greater than or equal to 20$/,
  },
  {
    name: 'a role ARN of 2049 characters',
    fields: { RoleArn: FIELDS.RoleArn.padEnd(2049, 'x') },
    message: /'roleArn' .* length less than or equal to 2048$/,
  },
  {
    name: 'a role that is no ARN',
    fields: { RoleArn: 'role/dataflow-reader-of-s3' },
    message: /^role\/dataflow-reader-of-s3 is invalid$/,
  },
  {
    name: 'a token of 20001 characters, without repeating it',
    fields: { WebIdentityToken: 'x'.repeat(20_001) },
    message: /Value \*\*\* at 'webIdentityToken' .* less than or equal to 20000$/,
  },
  {
    name: '899 seconds',
    fields: { DurationSeconds: '899' },
    message: /Value '899' at 'durationSeconds' .* value greater than or equal to 900$/,
  },
  {
    name: '43201 seconds',
    fields: { DurationSeconds: '43201' },
    message: /'durationSeconds' .* value less than or equal to 43200$/,
  },
  {
    name: 'a duration that is no whole number',
    fields: { DurationSeconds: 'hour' },
    message: /Value 'hour' at 'durationSeconds'/,
  },
  {
    name: 'eleven policy ARNs',
    fields: policyArns(11),
    message: /'policyArns' .* length less than or equal to 10$/,
  },
  {
    name: 'a policy ARN of 19 characters',
    fields: { 'PolicyArns.member.1.arn': 'arn:aws:iam::aws:po' },
    message: /'policyArns.member.arn' .* length greater than or equal to 20$/,
  },
  {
    name: 'a policy of 2049 characters',
    fields: { Policy: policyOf(2049) },
    message: /'policy' .* length less than or equal to 2048$/,
  },
  {
    name: 'a policy that is not JSON',
    fields: { Policy: '{"Statement":' },
    code: 'MalformedPolicyDocument',
    message: /malformed/,
  },
  {
    name: 'a policy without statements',
    fields: { Policy: '{}' },
    code: 'MalformedPolicyDocument',
    message: /malformed/,
  },
  {
    name: 'policies of more than 2048 characters together',
    fields: { Policy: policyOf(2010), ...policyArns(1) },
    code: 'PackedPolicyTooLarge',
    message: /packed size/,
  },
];

describe('parseAssumeRoleInput', () => {
  test('reads the parameters, an hour by default', () => {
    assert.deepEqual(parseAssumeRoleInput({ ...FIELDS, ...policyArns(2) }), {
      roleArn: FIELDS.RoleArn,
      roleSessionName: 'wordcount',
      webIdentityToken: 'header.payload.signature',
      durationSeconds: 3600,
      policy: undefined,
      policyArns: [POLICY_ARN, POLICY_ARN],
    });
  });

  const accepted: Record<string, Record<string, string>> = {
    'the longest role session name, of every allowed kind': {
      RoleSessionName: '=,.@-_+'.padEnd(64, 'x'),
    },
    'the shortest role session name': { RoleSessionName: 'xx' },
    'the shortest duration': { DurationSeconds: '900' },
    'the longest duration': { DurationSeconds: '43200' },
    'the longest policy': { Policy: policyOf(2048) },
    'ten policy ARNs': policyArns(10),
  };
  for (const [name, fields] of Object.entries(accepted)) {
    test(`takes ${name}`, () => {
      assert.doesNotThrow(() => parseAssumeRoleInput({ ...FIELDS, ...fields }));
    });
  }

  for (const { name, fields, code = 'ValidationError', message } of REFUSALS) {
    test(`refuses ${name}`, () => {
      assert.throws(() => parseAssumeRoleInput({ ...FIELDS, ...fields }), { code, message });
    });
  }

  test('reports all problems at once', () => {
    assert.throws(() => parseAssumeRoleInput({ RoleSessionName: 'x', WebIdentityToken: 'eyJ' }), {
      status: 400,
      message: new RegExp(
        '^3 validation errors detected: Value null at .roleArn. failed to satisfy constraint: ' +
          'Member must not be null; .*roleSessionName.*; .*webIdentityToken',
      ),
    });
  });
});
