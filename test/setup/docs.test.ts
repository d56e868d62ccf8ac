/** The commands of docs/setup.md, run as they stand there. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseSettings } from '../../manifests/settings/parse.ts';
import { settingsTable } from '../../manifests/settings/table.ts';
import { parseValues } from '../../manifests/settings/values.ts';
import { renderSetup } from '../../manifests/setup/setup.ts';
import { renderTeardown } from '../../manifests/setup/teardown.ts';
import { assertIsSetUp, EMAIL, readRole, UNIQUE_ID, useSandbox } from './fixture.ts';

const page = readFileSync(new URL('../../docs/setup.md', import.meta.url), 'utf8');
const sandbox = useSandbox();

/** Joins the shell blocks with one of the labels, to one script that stops at the first failure. */
function readBlocks(...labels: readonly string[]): string {
  const blocks = [...page.matchAll(/^```sh (\S+)\n(.*?)^```$/gms)];
  const chosen = blocks.filter(([, label]) => labels.includes(label ?? ''));
  assert.ok(chosen.length >= labels.length, `docs/setup.md has blocks ${labels.join(', ')}`);
  return ['set -eu', ...chosen.map(([, , commands]) => commands)].join('\n');
}

test('the values file of the page renders a setup and a teardown that work', () => {
  const [, yaml = ''] = page.match(/^```yaml\n(.*?)^```$/ms) ?? [];
  const settings = parseSettings(settingsTable, parseValues(yaml, 'docs/setup.md'), 'setup');
  sandbox().gcloud.set({ buckets: [...settings.google.buckets] });
  for (const script of [renderSetup(settings), renderTeardown(settings)]) {
    const { status, stderr } = sandbox().run(script);
    assert.equal(status, 0, stderr);
  }
  assert.deepEqual(sandbox().gcloud.read().bindings, []);
});

test('what the page writes into the repository is ignored by git', () => {
  const ignored = readFileSync(new URL('../../.gitignore', import.meta.url), 'utf8').split('\n');
  for (const [name, entry] of [
    ['--values values.yaml', '/values.yaml'],
    ['--output rendered', '/rendered/'],
    ['> trust-policy.json', '/trust-policy.json'],
  ] as const) {
    assert.ok(page.includes(name), name);
    assert.ok(ignored.includes(entry), entry);
  }
});

test('the commands by hand lead to the same as the rendered setup', () => {
  const { status, stderr } = sandbox().run(readBlocks('by-hand'));
  assert.equal(status, 0, stderr);
  assertIsSetUp(sandbox());
});

test('the commands by hand grant storage on a bucket and take everything down again', () => {
  sandbox().gcloud.set({ buckets: ['example-project-dataflow'] });
  const script = readBlocks('by-hand', 'by-hand-bucket', 'by-hand-teardown');
  const { status, stderr } = sandbox().run(script);
  assert.equal(status, 0, stderr);
  const { accounts, bindings } = sandbox().gcloud.read();
  assert.deepEqual(accounts, {});
  assert.deepEqual(bindings, [
    `gs://example-project-dataflow roles/storage.objectAdmin deleted:serviceAccount:${EMAIL}?uid=${UNIQUE_ID}`,
  ]);
  assert.equal(readRole(sandbox()), undefined);
});
