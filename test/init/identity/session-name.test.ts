import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ROLE_SESSION_NAME_PATTERN } from '../../../init/contract.ts';
import { deriveRoleSessionName, fitSessionName } from '../../../init/identity/session-name.ts';

const JOB_ID = '2026-11-22_04_05_06-1234567890123456789';
const INSTANCE = 'wordcount-11221530-abcd-harness-x7k2';

describe('deriveRoleSessionName', () => {
  const table = [
    {
      name: 'a pod is its name, whatever else is known',
      names: { podName: 'reader-0', jobId: JOB_ID, instanceName: INSTANCE, hostName: 'h1' },
      expected: 'reader-0',
    },
    {
      name: 'a Dataflow worker is its job and the tail of its VM',
      names: { jobId: JOB_ID, instanceName: INSTANCE, hostName: 'h1' },
      expected: `${JOB_ID}@221530-abcd-harness-x7k2`,
    },
    {
      name: 'a VM without a job is the VM',
      names: { instanceName: INSTANCE, hostName: 'h1' },
      expected: INSTANCE,
    },
    { name: 'another machine is its host name', names: { hostName: 'laptop' }, expected: 'laptop' },
    { name: 'nothing known is this program', names: {}, expected: 'dataflow-aws-identity' },
    {
      name: 'empty names count as unknown',
      names: { podName: '', jobId: '', instanceName: '', hostName: 'h1' },
      expected: 'h1',
    },
    {
      name: 'a job id without room beside it keeps its head and the tail of the VM',
      names: { jobId: 'j'.repeat(60), instanceName: 'worker-x7k2' },
      expected: `${'j'.repeat(42)}-jjjjjjjjj@worker-x7k2`,
    },
  ];
  for (const { name, names, expected } of table) {
    test(name, () => assert.equal(deriveRoleSessionName(names), expected));
  }

  test('is always valid', () => {
    const text = fc.option(fc.string({ unit: 'binary', maxLength: 90 }), { nil: undefined });
    const names = fc.record({ jobId: text, instanceName: text, podName: text, hostName: text });
    fc.assert(
      fc.property(names, (given) => {
        assert.match(deriveRoleSessionName(given), ROLE_SESSION_NAME_PATTERN);
      }),
    );
  });
});

describe('fitSessionName', () => {
  test('makes any text valid', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        assert.match(fitSessionName(text), ROLE_SESSION_NAME_PATTERN);
      }),
    );
  });

  test('leaves a valid name as it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\w+=,.@-]{2,64}$/), (name) => {
        assert.equal(fitSessionName(name), name);
      }),
    );
  });

  const table = [
    { text: 'a b/c', expected: 'a-b-c' },
    { text: 'x', expected: 'dataflow-aws-identity-x' },
    { text: '', expected: 'dataflow-aws-identity' },
    {
      text: `${'a'.repeat(60)}${'z'.repeat(60)}`,
      expected: `${'a'.repeat(42)}-${'z'.repeat(21)}`,
    },
  ];
  for (const { text, expected } of table) {
    test(`turns ${JSON.stringify(text)} into ${expected}`, () => {
      assert.equal(fitSessionName(text), expected);
    });
  }
});
