import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SettingsError } from '../../../manifests/settings/parse.ts';
import { applyAssignments, parseValues } from '../../../manifests/settings/values.ts';

describe('parseValues', () => {
  test('keeps every digit of unquoted numbers', () => {
    const values = parseValues('id: 012345678901\nuniqueId: 112233445566778899001\n', 'v.yaml');
    assert.deepEqual(values, { id: '012345678901', uniqueId: '112233445566778899001' });
  });

  test('takes an empty file for no values', () => {
    assert.deepEqual(parseValues('# nothing\n', 'v.yaml'), {});
  });

  for (const [what, yaml] of [
    ['text that is not YAML', 'a: [1'],
    ['a key given twice', 'a: 1\na: 2'],
    ['a list at the top level', '- a'],
  ] as const) {
    test(`refuses ${what}, naming the file`, () => {
      assert.throws(
        () => parseValues(yaml, 'v.yaml'),
        (error) => error instanceof SettingsError && error.message.startsWith('v.yaml: '),
      );
    });
  }
});

describe('applyAssignments', () => {
  test('overrides the file, the last one winning, and leaves the rest', () => {
    const values = { a: { b: '1', c: '2' } };
    assert.deepEqual(applyAssignments(values, ['a.b=3', 'a.b=4', 'd=5']), {
      a: { b: '4', c: '2' },
      d: '5',
    });
    assert.deepEqual(values, { a: { b: '1', c: '2' } });
  });

  test('keeps equals signs and dots of the value', () => {
    assert.deepEqual(applyAssignments({}, ['a=b=c.d']), { a: 'b=c.d' });
  });

  test('never touches the prototype of objects', () => {
    applyAssignments({}, ['__proto__.polluted=1']);
    assert.equal('polluted' in {}, false);
  });
});
