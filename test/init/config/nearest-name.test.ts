import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nearestName } from '../../../init/config/nearest-name.ts';

describe('nearestName', () => {
  const known = ['run', 'init', 'serve', 'credential-process'];
  const table = [
    { given: 'ran', expected: 'run' },
    { given: 'server', expected: 'serve' },
    { given: 'credentials-process', expected: 'credential-process' },
    { given: 'xyz', expected: undefined },
    { given: 'bash', expected: undefined },
    { given: '', expected: undefined },
  ];
  for (const { given, expected } of table) {
    test(`finds ${expected ?? 'nothing'} near ${JSON.stringify(given)}`, () => {
      assert.equal(nearestName(given, known), expected);
    });
  }
});
