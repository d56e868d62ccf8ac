import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderers } from '../../../manifests/renderers.ts';
import { aws } from '../../../manifests/settings/aws.ts';
import { google } from '../../../manifests/settings/google.ts';
import { listSettings, type Setting } from '../../../manifests/settings/setting.ts';
import { settingsTable } from '../../../manifests/settings/table.ts';

const cases: [key: string, setting: Setting<unknown>, allowed: string[], refused: string[]][] = [
  [
    'google.project',
    google.project,
    ['my-project', 'example.com:my-project'],
    ['My Project', '123456789012', 'short', 'ends-with-', 'a'.repeat(31)],
  ],
  [
    'google.serviceAccount',
    google.serviceAccount,
    [
      'dataflow-worker',
      'worker@my-project.iam.gserviceaccount.com',
      '123456789012-compute@developer.gserviceaccount.com',
    ],
    ['short', 'me@example.com', 'a b@p.iam.gserviceaccount.com', 'Worker-Account', "it's-a-worker"],
  ],
  [
    'google.serviceAccountUniqueIds',
    google.serviceAccountUniqueIds,
    ['112233445566778899001', '112233445566778899001,112233445566778899002'],
    ['worker@my-project.iam.gserviceaccount.com', '12', '1122334455667788990x1'],
  ],
  ['google.buckets', google.buckets, ['my-bucket', 'a.b_c-d,other'], ['gs://my-bucket', 'Bucket']],
  ['aws.accountId', aws.accountId, ['012345678901'], ['12345678901', '1234-5678-9012']],
  ['aws.region', aws.region, ['eu-west-1', 'us-gov-west-1'], ['EU', 'Ireland', 'eu west 1']],
  ['aws.partition', aws.partition, ['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc'], ['AWS', 'arn:aws']],
  [
    'aws.federatedPrincipal',
    aws.federatedPrincipal,
    ['accounts.google.com', 'arn:aws-cn:iam::123456789012:oidc-provider/accounts.google.com'],
    ['https://accounts.google.com', 'google', '*'],
  ],
  [
    'aws.audience',
    aws.audience,
    ['sts.amazonaws.com', 'https://example.com/aws', '32555940559.apps.googleusercontent.com'],
    ['two words', 'a"b', "a'b", '*', '$(id)'],
  ],
  ['aws.role.name', aws.role.name, ['reader', 'a+b=c,d.e@f-g_h'], ['a b', 'a/b', 'a'.repeat(65)]],
  ['aws.role.path', aws.role.path, ['/', '/data/flow/'], ['data/', '/data', '//', '/a b/']],
  [
    'aws.role.maxSessionDurationSeconds',
    aws.role.maxSessionDurationSeconds,
    ['3600', '43200'],
    ['3599', '43201', '1h'],
  ],
  [
    'aws.role.policyArns',
    aws.role.policyArns,
    ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess', 'arn:aws:iam::123456789012:policy/p'],
    ['AmazonS3ReadOnlyAccess', 'arn:aws:iam::123456789012:role/r'],
  ],
];

describe('the settings table', () => {
  for (const [key, setting, allowed, refused] of cases) {
    for (const value of allowed) {
      test(`${key} may be ${value}`, () => assert.notEqual(setting.kind.parse(value), undefined));
    }
    for (const value of refused) {
      test(`${key} may not be ${value}`, () => assert.equal(setting.kind.parse(value), undefined));
    }
  }

  test('gives every setting an allowed or empty default, and help', () => {
    for (const [key, { kind, default: value, help }] of listSettings(settingsTable)) {
      assert.notEqual(value, undefined, key);
      if (value !== '' && typeof value === 'string') assert.equal(kind.parse(value), value, key);
      assert.ok(help.length > 0, key);
    }
  });

  test('is required only by renderings that exist', () => {
    for (const [key, { requiredBy = [] }] of listSettings(settingsTable)) {
      for (const what of requiredBy) assert.ok(Object.hasOwn(renderers, what), `${key}: ${what}`);
    }
  });
});
