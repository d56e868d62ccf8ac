import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  boolean,
  integer,
  listOf,
  oneOf,
  sequenceOf,
  text,
} from '../../../manifests/settings/kinds.ts';
import type { Kind, Raw } from '../../../manifests/settings/setting.ts';

const digits = text(/^\d+$/, 'digits');
const few = integer({ min: 2, max: 10 }, 'seconds');

const cases: [name: string, kind: Kind<unknown>, raw: Raw, value: unknown][] = [
  ['text lets through what its pattern matches', digits, '0123', '0123'],
  ['text refuses what its pattern does not match', digits, '12x', undefined],
  ['text refuses a list', digits, ['1'], undefined],
  ['oneOf lets through its words', oneOf('a', 'b'), 'b', 'b'],
  ['oneOf refuses other words', oneOf('a', 'b'), 'c', undefined],
  ['integer includes its lower limit', few, '2', 2],
  ['integer includes its upper limit', few, '10', 10],
  ['integer refuses what lies below', few, '1', undefined],
  ['integer refuses what lies above', few, '11', undefined],
  ['integer refuses a fraction', few, '2.5', undefined],
  ['integer refuses a sign', few, '-3', undefined],
  ['integer refuses an exponent', few, '1e1', undefined],
  ['integer refuses hexadecimal', few, '0x3', undefined],
  ['boolean reads true', boolean, 'true', true],
  ['boolean reads false', boolean, 'false', false],
  ['boolean refuses yes', boolean, 'yes', undefined],
  ['listOf splits text at commas', listOf(digits), '1,2', ['1', '2']],
  ['listOf takes one value for a list of one', listOf(digits), '1', ['1']],
  ['listOf refuses an item that is not allowed', listOf(digits), ['1', 'x'], undefined],
  ['listOf refuses a repetition', listOf(digits), ['1', '1'], undefined],
  ['listOf refuses more than its maximum', listOf(digits, 1), ['1', '2'], undefined],
  ['sequenceOf keeps repetitions in their order', sequenceOf(digits), '2,1,2', ['2', '1', '2']],
  ['sequenceOf refuses an item that is not allowed', sequenceOf(digits), ['1', 'x'], undefined],
  ['listOf refuses a mapping', listOf(digits), { 1: '1' }, undefined],
];

for (const [name, kind, raw, value] of cases) {
  test(name, () => assert.deepEqual(kind.parse(raw), value));
}
