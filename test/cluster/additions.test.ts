import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findAdditions } from './additions.ts';

const before = { spec: { containers: [{ name: 'a', env: [{ name: 'X', value: '1' }] }] } };

describe('findAdditions', () => {
  test('names what is new, by the names of list items', () => {
    const after = {
      spec: {
        containers: [{ name: 'new' }, { name: 'a', env: [{ name: 'X', value: '1' }], tty: true }],
      },
    };
    assert.deepEqual(findAdditions(before, after), {
      added: { '/spec/containers/new': { name: 'new' }, '/spec/containers/a/tty': true },
      lost: [],
    });
  });

  const losses: { title: string; after: unknown; lost: string[] }[] = [
    {
      title: 'a value that changed',
      after: { spec: { containers: [{ name: 'a', env: [{ name: 'X', value: '2' }] }] } },
      lost: ['/spec/containers/a/env/X/value'],
    },
    {
      title: 'a field that is gone',
      after: { spec: { containers: [{ name: 'a' }] } },
      lost: ['/spec/containers/a/env'],
    },
    {
      title: 'an item that is gone',
      after: { spec: { containers: [] } },
      lost: ['/spec/containers/a'],
    },
    { title: 'another kind of value', after: { spec: 'none' }, lost: ['/spec'] },
  ];
  for (const { title, after, lost } of losses) {
    test(`reports ${title} as lost`, () => {
      assert.deepEqual(findAdditions(before, after).lost, lost);
    });
  }

  test('reports items in another order as lost', () => {
    const [one, other] = [
      [{ name: 'a' }, { name: 'b' }],
      [{ name: 'b' }, { name: 'a' }],
    ];
    assert.deepEqual(findAdditions(one, other).lost, ['/b']);
  });
});
