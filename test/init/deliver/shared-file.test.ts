import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseSharedFile } from '../../../init/deliver/shared-file.ts';

describe('parseSharedFile', () => {
  const section = { kind: 'section', name: 'default' };
  const other = { kind: 'other' };
  const key = (name: string) => ({ kind: 'key', section: 'default', key: name });
  const continuation = { kind: 'continuation', section: 'default', key: 's3' };
  const table = [
    { name: 'a section and its keys', lines: ['[default]', 'a = 1'], parsed: [section, key('a')] },
    { name: 'spaces around', lines: [' [ default ] ', '  a=1'], parsed: [section, key('a')] },
    { name: 'a comment after a header', lines: ['[default] # mine'], parsed: [section] },
    {
      name: 'keys of any case',
      lines: ['[default]', 'AWS_Key: 1'],
      parsed: [section, key('aws_key')],
    },
    {
      name: 'blank lines and comments',
      lines: ['', ' ', '# a', '; [b]'],
      parsed: [other, other, other, other],
    },
    {
      name: 'a value over several lines',
      lines: ['[default]', 's3 =', '  one', '\ttwo'],
      parsed: [section, key('s3'), continuation, continuation],
    },
    {
      name: 'a profile with a space',
      lines: ['[profile a b]'],
      parsed: [{ kind: 'section', name: 'profile a b' }],
    },
    { name: 'a byte order mark', lines: ['\uFEFF[default]'], parsed: [section] },
    { name: 'a key before any section', lines: ['a = 1'], parsed: [undefined] },
    { name: 'a line without =', lines: ['[default]', 'garbage'], parsed: [section, undefined] },
    { name: 'a header that is not closed', lines: ['[default'], parsed: [undefined] },
    {
      name: 'an indented line under a header',
      lines: ['[default]', '  x'],
      parsed: [section, undefined],
    },
    { name: 'a control character', lines: ['[default]', 'a = \0'], parsed: [section, undefined] },
    {
      name: 'a header inside of a value',
      lines: ['[default]', 'a = [b]'],
      parsed: [section, key('a')],
    },
  ];
  for (const { name, lines, parsed } of table) {
    test(`understands ${name}`, () => assert.deepEqual(parseSharedFile(lines), parsed));
  }

  test('has one result a line, whatever the lines', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (lines) => {
        assert.equal(parseSharedFile(lines).length, lines.length);
      }),
    );
  });
});
