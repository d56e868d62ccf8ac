import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

const ROOT = join(import.meta.dirname, '..', '..', '..');
/** The message of an IdentityError that is written where it is thrown. */
const MESSAGE = /new IdentityError\(\s*'ERR_\w+',\s*(?<quote>['"`])(?<text>.*?)\k<quote>/gs;

describe('docs/troubleshooting.md', () => {
  const page = readFileSync(join(ROOT, 'docs', 'troubleshooting.md'), 'utf8');
  const headings = page.split('\n').filter((line) => line.startsWith('### '));

  for (const message of findMessages()) {
    test(`has a heading for ${message}`, () => {
      assert.ok(headings.includes(`### \`${message}\``), message);
    });
  }
});

/** Every message in init/, with `…` for what is filled in. */
function findMessages(): string[] {
  const files = globSync('init/**/*.ts', { cwd: ROOT });
  const sources = files.map((file) => readFileSync(join(ROOT, file), 'utf8'));
  const texts = sources.flatMap((source) =>
    [...source.matchAll(MESSAGE)].map(({ groups }) => groups?.['text'] ?? ''),
  );
  return [...new Set(texts.map((text) => text.replaceAll(/\$\{.*?\}/g, '…')))].sort();
}
