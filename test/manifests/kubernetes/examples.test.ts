/**
 * The committed examples are what is rendered today, byte for byte; they are the golden files of every
 * builder. UPDATE_EXAMPLES=1 writes them anew, for the diff to be reviewed.
 */

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { describe, test } from 'node:test';
import { examples, renderExample } from './examples.ts';

const root = join(import.meta.dirname, '../../../manifests/examples/kubernetes');
const valuesText = readFileSync(join(root, 'values.yaml'), 'utf8');

describe('the committed examples', () => {
  for (const example of examples) {
    test(`${example.folder} is what is rendered`, () => {
      const folder = join(root, example.folder);
      const files = renderExample(example, valuesText);
      if (env['UPDATE_EXAMPLES'] === '1') writeFiles(folder, files);
      const committed = Object.fromEntries(
        readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
      );
      assert.deepEqual(committed, { ...files });
    });
  }

  test('rendering twice gives the same bytes', () => {
    for (const example of examples) {
      assert.deepEqual(renderExample(example, valuesText), renderExample(example, valuesText));
    }
  });
});

function writeFiles(folder: string, files: { readonly [name: string]: string }): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}
