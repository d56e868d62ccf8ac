import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { regionalHost } from '../../../init/adapters/aws-endpoint.ts';

describe('regionalHost', () => {
  const table = [
    { region: 'eu-west-1', expected: 's3.eu-west-1.amazonaws.com' },
    { region: 'us-gov-west-1', expected: 's3.us-gov-west-1.amazonaws.com' },
    { region: 'cn-north-1', expected: 's3.cn-north-1.amazonaws.com.cn' },
    { region: 'eusc-de-east-1', expected: 's3.eusc-de-east-1.amazonaws.eu' },
  ];
  for (const { region, expected } of table) {
    test(`is ${expected} in ${region}`, () => {
      assert.equal(regionalHost('s3', region), expected);
      assert.equal(regionalHost('sts', region), expected.replace('s3', 'sts'));
    });
  }
});
