/** The rules of ARCHITECTURE.md on imports: Biome refuses what breaks them, wherever it stands. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { before, describe, test } from 'node:test';

const ROOT = join(import.meta.dirname, '..');
const BIOME = join(ROOT, 'node_modules/.bin/biome');

/** A file of the core in every folder, and at the top. */
const CORE = ['commands', 'config', 'deliver', 'doctor', 'identity'].map(
  (folder) => `init/${folder}/seed.ts`,
);
const FORBIDDEN_IN_CORE = [
  ...['node:fs', 'node:fs/promises', 'node:http', 'node:child_process', 'node:process', 'node:net'],
  ...['@aws-sdk/client-sts', '@aws-sdk/client-s3', 'gaxios', 'gcp-metadata'],
];
const FORBIDDEN_IN_INIT = ['yaml', '@kubernetes/client-node', '../../manifests/role-arn.ts'];

type Seed = { readonly file: string; readonly module: string };

const REFUSED: readonly Seed[] = [
  ...CORE.flatMap((file) =>
    [...FORBIDDEN_IN_CORE, ...FORBIDDEN_IN_INIT, '../adapters/disk.ts'].map((module) => ({
      file,
      module,
    })),
  ),
  ...[...FORBIDDEN_IN_CORE, './adapters/disk.ts'].map((module) => ({
    file: 'init/seed.ts',
    module,
  })),
  ...['init/main.ts', 'init/wiring.ts', 'init/adapters/seed.ts'].flatMap((file) =>
    FORBIDDEN_IN_INIT.map((module) => ({ file, module })),
  ),
  { file: 'init/contract.ts', module: './errors.ts' },
  { file: 'init/contract.ts', module: 'node:path' },
  { file: 'manifests/seed.ts', module: '../init/errors.ts' },
  { file: 'manifests/setup/seed.ts', module: '../../init/errors.ts' },
  { file: 'manifests/kubernetes/admission/seed.ts', module: '../../../init/errors.ts' },
  {
    file: 'manifests/kubernetes/admission/deeper/seed.ts',
    module: '../../../../init/config/values.ts',
  },
];

const ALLOWED: readonly Seed[] = [
  { file: 'init/commands/seed.ts', module: '../ports.ts' },
  { file: 'init/commands/seed.ts', module: 'node:path' },
  { file: 'init/main.ts', module: './adapters/disk.ts' },
  { file: 'init/wiring.ts', module: 'node:process' },
  { file: 'init/adapters/seed.ts', module: '@aws-sdk/client-sts' },
  { file: 'manifests/seed.ts', module: '../init/contract.ts' },
  { file: 'manifests/setup/seed.ts', module: '../../init/contract.ts' },
  { file: 'manifests/kubernetes/admission/seed.ts', module: '../../../init/contract.ts' },
];

type Diagnostic = {
  readonly category: string;
  readonly location: { readonly path: string; readonly start: { readonly line: number } };
};

/** Lints a folder for restricted imports; returns each as file and module. */
function findRefused(folder: string): readonly Seed[] {
  const options = ['--only=style/noRestrictedImports', '--max-diagnostics=none', '--colors=off'];
  const args = ['lint', '--reporter=json', ...options, 'init', 'manifests'];
  const { stdout, stderr } = spawnSync(BIOME, args, { cwd: folder, encoding: 'utf8' });
  assert.notEqual(stdout, '', stderr);
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly Diagnostic[] };
  return diagnostics.map(({ category, location }) => {
    assert.equal(category, 'lint/style/noRestrictedImports');
    const lines = readFileSync(join(folder, location.path), 'utf8').split('\n');
    const module = lines[location.start.line - 1]?.match(/'(.*)'/)?.[1] ?? '';
    return { file: location.path, module };
  });
}

/** Makes a tree of the seeds alone, under the configuration of this project. */
function plantSeeds(folder: string, seeds: readonly Seed[]): void {
  for (const name of ['biome.json', '.gitignore'])
    copyFileSync(join(ROOT, name), join(folder, name));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const { file, module } of seeds) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    appendFileSync(join(folder, file), `import '${module}';\n`);
  }
}

describe('Biome', () => {
  let refused: readonly Seed[] = [];
  before(() => {
    const folder = mkdtempSync(join(tmpdir(), 'import-rules-'));
    try {
      plantSeeds(folder, [...REFUSED, ...ALLOWED]);
      refused = findRefused(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  function isRefused({ file, module }: Seed): boolean {
    return refused.some((it) => it.file === file && it.module === module);
  }

  for (const seed of REFUSED) {
    test(`refuses ${seed.module} in ${seed.file}`, () => assert.ok(isRefused(seed)));
  }

  for (const seed of ALLOWED) {
    test(`allows ${seed.module} in ${seed.file}`, () => assert.ok(!isRefused(seed)));
  }

  test('finds nothing to refuse in this project', () => {
    assert.deepEqual(findRefused(ROOT), []);
  });
});

/** Biome cannot tell a type import here, so this does. */
function importsCode(text: string): boolean {
  const imports =
    text.match(/^(import|export)\b[^;]*['"]@kubernetes\/client-node[^'"]*['"]/gm) ?? [];
  const dynamic = /\b(import|require)\(\s*['"]@kubernetes\/client-node/.test(text);
  return dynamic || imports.some((statement) => !/^(import|export) type\b/.test(statement));
}

describe('manifests/', () => {
  test('imports types of @kubernetes/client-node and none of its code', () => {
    const files = globSync('manifests/**/*.ts', { cwd: ROOT });
    const readers = files.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')] as const);
    assert.ok(readers.some(([, text]) => text.includes("from '@kubernetes/client-node'")));
    assert.deepEqual(
      readers.filter(([, text]) => importsCode(text)).map(([file]) => file),
      [],
    );
  });

  for (const statement of [
    "import { KubeConfig } from '@kubernetes/client-node';",
    "import { type V1Pod } from '@kubernetes/client-node';",
    "import type { V1Pod } from '@kubernetes/client-node';\nimport {\n  KubeConfig,\n} from '@kubernetes/client-node';",
    "import '@kubernetes/client-node';",
    "export { KubeConfig } from '@kubernetes/client-node';",
    "const { KubeConfig } = await import('@kubernetes/client-node');",
  ]) {
    test(`is not to say ${JSON.stringify(statement)}`, () => {
      assert.equal(importsCode(statement), true);
    });
  }
});
