import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { boolean, integer, listOf, oneOf, text } from '../../../manifests/settings/kinds.ts';
import { parseSettings, SettingsError } from '../../../manifests/settings/parse.ts';
import type { RawMapping, Section } from '../../../manifests/settings/setting.ts';

const word = text(/^[a-z]+$/, 'a word');

const table = {
  farm: {
    name: { kind: word, default: '', requiredBy: ['barn'], help: 'name of the farm' },
    sheep: { kind: integer({ min: 1, max: 9 }, 'sheep'), default: 3, help: 'how many sheep' },
    dogs: { kind: listOf(word, 2), default: [], requiredBy: ['barn'], help: 'names of the dogs' },
    gate: { open: { kind: boolean, default: false, help: 'whether the gate is open' } },
  },
  colour: { kind: oneOf('red', 'green'), default: 'red', help: 'colour of the barn' },
} satisfies Section;

function problemsOf(values: RawMapping, what = 'field'): readonly string[] {
  try {
    parseSettings(table, values, what);
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error.problems;
  }
  return [];
}

describe('parseSettings', () => {
  test('fills in defaults for what is not given', () => {
    assert.deepEqual(parseSettings(table, {}, 'field'), {
      farm: { name: '', sheep: 3, dogs: [], gate: { open: false } },
      colour: 'red',
    });
  });

  test('takes an empty value for none', () => {
    assert.equal(parseSettings(table, { farm: { sheep: '' } }, 'field').farm.sheep, 3);
    assert.deepEqual(problemsOf({ farm: '' }), []);
  });

  test('turns text into numbers, booleans and lists', () => {
    const values = { farm: { sheep: '7', dogs: ['rex', 'bella'], gate: { open: 'true' } } };
    const { farm } = parseSettings(table, values, 'field');
    assert.deepEqual(farm, { name: '', sheep: 7, dogs: ['rex', 'bella'], gate: { open: true } });
  });

  test('reports every problem at once, each with key, value and what is allowed', () => {
    const values = {
      farm: { name: 'Old Farm', sheep: '12', dogs: ['rex', 'rex'], gate: 'shut' },
      colour: 'blue',
      colr: 'red',
    };
    assert.deepEqual(problemsOf(values), [
      'colr: unknown key; did you mean colour?',
      'farm.name: "Old Farm" is not allowed; must be a word',
      'farm.sheep: "12" is not allowed; must be a whole number of sheep from 1 to 9',
      'farm.dogs: ["rex","rex"] is not allowed; must be a list of at most 2, without repetitions, each a word',
      'farm.gate: "shut" is not allowed; must be a mapping',
      'colour: "blue" is not allowed; must be "red" or "green"',
    ]);
  });

  test('asks for required settings only where the rendering requires them', () => {
    assert.deepEqual(problemsOf({}, 'field'), []);
    assert.deepEqual(problemsOf({}, 'barn'), [
      'farm.name: required by barn; must be a word',
      'farm.dogs: required by barn; must be a list of at most 2, without repetitions, each a word',
    ]);
  });

  const unknownKeys: [key: string, values: RawMapping, nearest: string][] = [
    ['farm.shep', { farm: { shep: '1' } }, 'farm.sheep'],
    ['sheep', { sheep: '1' }, 'farm.sheep'],
    ['color', { color: 'red' }, 'colour'],
    ['farm.gate.opn', { farm: { gate: { opn: 'true' } } }, 'farm.gate.open'],
  ];
  for (const [key, values, nearest] of unknownKeys) {
    test(`refuses ${key} and names ${nearest}`, () => {
      assert.deepEqual(problemsOf(values), [`${key}: unknown key; did you mean ${nearest}?`]);
    });
  }

  for (const name of ['__proto__', 'toString', 'constructor']) {
    test(`refuses ${name} as it does any unknown key`, () => {
      const values = JSON.parse(`{"${name}": {"sheep": "1"}}`) as RawMapping;
      assert.match(problemsOf(values).join('\n'), new RegExp(`^${name}: unknown key`));
    });
  }
});
