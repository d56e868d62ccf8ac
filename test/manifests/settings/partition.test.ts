import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findPartitionProblems } from '../../../manifests/settings/partition.ts';
import { buildSettings } from '../settings-fixture.ts';

const PROVIDER = 'arn:aws:iam::123456789012:oidc-provider/issuer.example';

describe('findPartitionProblems', () => {
  test('names every ARN of another partition', () => {
    const settings = buildSettings('aws.partition=aws-cn', `aws.federatedPrincipal=${PROVIDER}`);
    assert.deepEqual(findPartitionProblems(settings), [
      `aws.federatedPrincipal: "${PROVIDER}" is of another partition; must start with arn:aws-cn: (aws.partition)`,
      'aws.role.policyArns: "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess" is of another partition; must start with arn:aws-cn: (aws.partition)',
    ]);
  });

  for (const assignments of [
    [],
    ['aws.partition=aws-cn', 'aws.role.policyArns=arn:aws-cn:iam::aws:policy/A'],
    [`aws.federatedPrincipal=${PROVIDER}`],
  ]) {
    test(`finds nothing wrong with ${assignments.join(' ') || 'the defaults'}`, () => {
      assert.deepEqual(findPartitionProblems(buildSettings(...assignments)), []);
    });
  }
});
