import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { renderAssignments, shellQuote } from '../../manifests/shell-quote.ts';

/** Characters that mean something to a shell, a few that do not, and a word that ends a script. */
const hostile = fc.string({
  unit: fc.constantFrom(
    ...[`'`, '"', '$', '`', '\\', '\n', '\r', '\t', ' ', ';', '&', '|', '<', '>', '(', ')'],
    ...['*', '?', '[', '#', '~', '=', '%', '!', '{', '}', '-', 'a', 'é', '𝄞', '\u0001', '\nexit\n'],
  ),
  maxLength: 40,
});

function runShell(script: string): string {
  return execFileSync('sh', ['-c', script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

describe('shellQuote', () => {
  for (const [value, quoted] of [
    ['', "''"],
    ['plain', "'plain'"],
    ["it's", "'it'\\''s'"],
    ['$(id) `id` "x"\n', `'$(id) \`id\` "x"\n'`],
  ] as const) {
    test(`quotes ${JSON.stringify(value)} as ${JSON.stringify(quoted)}`, () => {
      assert.equal(shellQuote(value), quoted);
    });
  }

  test('makes one word of any value, which a real shell reads back unchanged', () => {
    fc.assert(
      fc.property(hostile, hostile, (first, second) => {
        const script = `printf '%s\\0' ${shellQuote(first)} ${shellQuote(second)}`;
        assert.equal(runShell(script), `${first}\0${second}\0`);
      }),
    );
  });
});

describe('renderAssignments', () => {
  test('assigns any values and runs nothing', () => {
    fc.assert(
      fc.property(hostile, hostile, (first, second) => {
        const script = `${renderAssignments({ first, second })}\nprintf '%s\\0' "$first" "$second"`;
        assert.equal(runShell(script), `${first}\0${second}\0`);
      }),
    );
  });
});
