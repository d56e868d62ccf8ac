import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';

const ROOT = join(import.meta.dirname, '..', '..');

/** The files that the executable is made of, by their paths in the repository. */
function listInputs(): string[] {
  const directory = mkdtempSync(join(tmpdir(), 'bundle-'));
  const metafile = join(directory, 'meta.json');
  const bun = join(ROOT, 'node_modules', '.bin', 'bun');
  const outfile = join(directory, 'bundle.js');
  const output = ['--outfile', outfile, `--metafile=${metafile}`];
  try {
    execFileSync(bun, ['build', 'init/main.ts', '--target=bun', ...output], { cwd: ROOT });
    return Object.keys(JSON.parse(readFileSync(metafile, 'utf8')).inputs);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe('what the executable is made of', () => {
  let inputs: string[];
  before(() => {
    inputs = listInputs();
  });

  test('is init/, and nothing else of this repository but its version', () => {
    const own = inputs.filter((path) => !path.includes('node_modules/'));
    assert.ok(own.includes('init/main.ts') && own.includes('init/identity/federate.ts'));
    assert.deepEqual(
      own.filter((path) => !path.startsWith('init/')),
      ['package.json'],
    );
  });

  for (const name of ['@kubernetes', 'yaml', 'bun', 'typescript', 'jose']) {
    test(`holds nothing of ${name}`, () => {
      assert.deepEqual(
        inputs.filter((path) => path.includes(`node_modules/${name}/`)),
        [],
      );
    });
  }

  test('holds what it needs of Google and AWS', () => {
    for (const name of ['gcp-metadata', '@aws-sdk/client-sts']) {
      assert.ok(
        inputs.some((path) => path.includes(`node_modules/${name}/`)),
        name,
      );
    }
  });
});
