import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import * as values from '../../../init/config/values.ts';

interface Cases {
  name: string;
  parse: values.Parser<unknown>;
  accepted: readonly (string | readonly [text: string, value: unknown])[];
  refused: readonly string[];
}

const ARN = 'arn:aws:iam::123456789012:role/reader';
const POLICY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

const TABLE: readonly Cases[] = [
  {
    name: 'parseRoleArn',
    parse: values.parseRoleArn,
    accepted: [
      ARN,
      'arn:aws-cn:iam::123456789012:role/reader',
      'arn:aws-us-gov:iam::123456789012:role/reader',
      'arn:aws-eusc:iam::123456789012:role/reader',
      'arn:aws:iam::123456789012:role/path/to/reader+1=,.@-_',
      'arn:seaweed:iam:::role/reader',
    ],
    refused: [
      'reader',
      'arn:aws:iam::12345678901:role/reader',
      'arn:aws:iam::123456789012:user/reader',
      'arn:aws:sts::123456789012:assumed-role/reader/x',
      `${ARN} `,
      `${ARN}\n`,
      'arn:aws:iam::123456789012:role/',
      'arn:aws:iam::123456789012:role/ä',
      `arn:aws:iam::123456789012:role/${'a'.repeat(513)}`,
    ],
  },
  {
    name: 'parseRegion',
    parse: values.parseRegion,
    accepted: ['eu-west-1', 'us-gov-east-1', 'cn-north-1', 'eusc-de-east-1', 'us-iso-east-1'],
    refused: ['eu', 'EU-WEST-1', 'eu-west-1/', 'evil.example/x', 'eu_west_1', 'eu-west-1\n', '-1'],
  },
  {
    name: 'parseRoleSessionName',
    parse: values.parseRoleSessionName,
    accepted: ['ab', 'job+1=,.@-_', 'a'.repeat(64)],
    refused: ['a', 'a'.repeat(65), 'a b', 'a/b', 'ä1', 'ab\n'],
  },
  {
    name: 'parseText',
    parse: values.parseText,
    accepted: ['x', 'sts.amazonaws.com', 'https://a.example/b?c', 'two words', 'ä'],
    refused: [' x', 'x ', 'a\nb', 'a\0b', ' '],
  },
  {
    name: 'parseProfile',
    parse: values.parseProfile,
    accepted: ['default', 'team a', 'a.b@c'],
    refused: ['a]', '[a', 'a\nb', ' a'],
  },
  {
    name: 'integerBetween(900, 43200)',
    parse: values.integerBetween(900, 43_200),
    accepted: [
      ['900', 900],
      ['43200', 43_200],
      ['0901', 901],
    ],
    refused: ['899', '43201', '1e3', '0x400', '-900', '900.0', '900s', ' 900', '9'.repeat(30)],
  },
  {
    name: 'oneOf',
    parse: values.oneOf(['endpoint', 'file']),
    accepted: ['endpoint', 'file'],
    refused: ['File', 'files', 'constructor'],
  },
  {
    name: 'parseBoolean',
    parse: values.parseBoolean,
    accepted: [
      ['true', true],
      ['false', false],
    ],
    refused: ['True', '1', '0', 'yes', 'no', 'flase'],
  },
  {
    name: 'parsePolicyArns',
    parse: values.parsePolicyArns,
    accepted: [
      [POLICY, [POLICY]],
      [`${POLICY},${POLICY}`, [POLICY, POLICY]],
      [` ${POLICY} ,\n${POLICY},`, [POLICY, POLICY]],
    ],
    refused: [
      ',',
      ' ',
      ARN,
      `${POLICY};${POLICY}`,
      `${POLICY},reader`,
      Array(11).fill(POLICY).join(),
    ],
  },
  {
    name: 'parsePolicy',
    parse: values.parsePolicy,
    accepted: ['{}', '{"Version":"2012-10-17","Statement":[]}'],
    refused: ['[]', 'null', '"text"', '{', '1', `{"a":"${'x'.repeat(2048)}"}`],
  },
  {
    name: 'parseS3Location',
    parse: values.parseS3Location,
    accepted: [
      ['s3://bucket', { bucket: 'bucket', prefix: '' }],
      ['s3://my.bucket-1/', { bucket: 'my.bucket-1', prefix: '' }],
      ['s3://bucket/a b/ä?x=1#y', { bucket: 'bucket', prefix: 'a b/ä?x=1#y' }],
    ],
    refused: [
      'bucket',
      'S3://bucket',
      's3://',
      's3://ab',
      's3://Bucket/',
      's3://b_c/',
      's3://buc\0et',
    ],
  },
  {
    name: 'parseFileMode',
    parse: values.parseFileMode,
    accepted: [
      ['0600', 0o600],
      ['600', 0o600],
      ['0640', 0o640],
      ['0660', 0o660],
    ],
    refused: ['0644', '0666', '0777', '0400', '384', '0o600', '00600', 'constructor'],
  },
  {
    name: 'parsePath',
    parse: values.parsePath,
    accepted: ['/tmp/credentials', '/'],
    refused: ['credentials', './credentials', '~/.aws/credentials', '/tmp/a\0b'],
  },
];

for (const { name, parse, accepted, refused } of TABLE) {
  describe(name, () => {
    for (const each of accepted) {
      const [text, value] = typeof each === 'string' ? [each, each] : each;
      test(`accepts ${JSON.stringify(text)}`, () => assert.deepEqual(parse(text), value));
    }
    for (const text of ['', ...refused]) {
      test(`refuses ${JSON.stringify(text.slice(0, 60))}`, () => {
        assert.equal(parse(text), undefined);
      });
    }
  });
}

describe('line breaks', () => {
  const oneLine = [
    { parse: values.parseRoleArn, text: ARN },
    { parse: values.parseRegion, text: 'eu-west-1' },
    { parse: values.parseRoleSessionName, text: 'reader' },
    { parse: values.parseText, text: 'sts.amazonaws.com' },
    { parse: values.parseProfile, text: 'default' },
    { parse: values.integerBetween(0, 99_999), text: '3600' },
  ];
  test('are refused wherever they stand in what goes into files and requests', () => {
    const place = fc.tuple(fc.constantFrom(...oneLine), fc.nat(), fc.constantFrom('\n', '\r'));
    fc.assert(
      fc.property(place, ([{ parse, text }, at, lineBreak]) => {
        const index = at % (text.length + 1);
        assert.equal(parse(text.slice(0, index) + lineBreak + text.slice(index)), undefined);
      }),
    );
  });
});
