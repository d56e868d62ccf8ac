import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../manifests/main.ts', import.meta.url));
const EXAMPLES = new URL('../../manifests/examples/', import.meta.url);
const VALUES = fileURLToPath(new URL('values.yaml', EXAMPLES));

/** Setup learns the unique id by itself; the trust policy alone needs it given. */
const UNIQUE_IDS = 'google.serviceAccountUniqueIds=112233445566778899001';

function render(...args: string[]) {
  return spawnSync(execPath, [MAIN, ...args], { encoding: 'utf8', timeout: 20_000 });
}

describe('npm run render', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'render-'));
  });
  after(() => rm(folder, { recursive: true }));

  for (const [what, file] of [
    [['trust-policy', '--set', UNIQUE_IDS], 'trust-policy.json'],
    [['setup'], 'setup.sh'],
    [['setup', '--teardown'], 'teardown.sh'],
  ] as const) {
    test(`${what.join(' ')} renders the committed example ${file}`, async () => {
      const { status, stdout, stderr } = render(...what, '--values', VALUES);
      assert.equal(stderr, '');
      assert.equal(status, 0);
      assert.equal(stdout, await readFile(new URL(file, EXAMPLES), 'utf8'));
    });
  }

  test('the example of setup trusts the account that it sets up and no other', async () => {
    const script = await readFile(new URL('setup.sh', EXAMPLES), 'utf8');
    assert.deepEqual(script.match(/:sub": ".*"/g), [':sub": "@UNIQUE_ID@"']);
  });

  test('writes a script to a folder, executable', async () => {
    const output = join(folder, 'new', 'folder');
    const { status, stdout } = render('setup', '--values', VALUES, '--output', output);
    assert.equal(status, 0);
    assert.equal(stdout, '');
    const script = join(output, 'setup.sh');
    assert.equal(
      await readFile(script, 'utf8'),
      await readFile(new URL('setup.sh', EXAMPLES), 'utf8'),
    );
    assert.equal((await stat(script)).mode & 0o100, 0o100);
  });

  test('writes objects so that their names are in the order in which they are to be applied', async () => {
    const output = join(folder, 'objects');
    const { status, stderr } = render('kind', '--output', output);
    assert.equal(status, 0, stderr);
    assert.deepEqual((await readdir(output)).sort(), [
      '00-namespace.yaml',
      '01-emulators-config.yaml',
      '02-emulators-deployment.yaml',
      '03-emulators-service.yaml',
      '04-service-account.yaml',
      '05-config-map.yaml',
      '06-validating-admission-policy.yaml',
      '07-validating-admission-policy-binding.yaml',
      '08-mutating-admission-policy.yaml',
      '09-mutating-admission-policy-binding.yaml',
      '10-job.yaml',
      '11-pod.yaml',
      'kind-cluster.conf',
    ]);
  });

  test('prints the usage for --help', () => {
    const { status, stdout } = render('--help');
    assert.equal(status, 0);
    assert.match(stdout, /^Usage: npm run render -- WHAT/);
  });

  test('ends with 64 and a hint on an unknown rendering', () => {
    const { status, stdout, stderr } = render('everything');
    assert.equal(status, 64);
    assert.equal(stdout, '');
    assert.match(stderr, /"everything" is unknown.*\nhint: npm run render -- --help\n$/);
  });

  test('ends with 78, names every problem and writes nothing on wrong settings', async () => {
    const values = join(folder, 'wrong.yaml');
    await writeFile(values, 'google: { project: My Project }\naws: { acountId: 1 }\n');
    const output = join(folder, 'none');
    const { status, stderr } = render('setup', '--values', values, '--output', output);
    assert.equal(status, 78);
    assert.match(stderr, /^google\.project: "My Project" is not allowed; must be /m);
    assert.match(stderr, /^aws\.acountId: unknown key; did you mean aws\.accountId\?$/m);
    assert.match(stderr, /^aws\.role\.name: required by setup; must be /m);
    assert.match(stderr, /^hint: settings come from --values FILE/m);
    assert.equal(existsSync(output), false);
  });

  for (const output of ['/dev/null/x', '/proc/x/y', VALUES]) {
    test(`ends with 73 and one line where ${output === VALUES ? 'a file' : output} cannot be written`, async () => {
      const before = await readFile(VALUES, 'utf8');
      const { status, stdout, stderr } = render('setup', '--values', VALUES, '--output', output);
      assert.equal(status, 73, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, /^--output .*: cannot be written: E[A-Z]+.*\n$/);
      assert.equal(await readFile(VALUES, 'utf8'), before);
    });
  }

  test('ends with 78 on policies of another partition, and renders nothing', () => {
    const partition = ['--set', 'aws.partition=aws-cn'];
    const { status, stdout, stderr } = render('setup', '--values', VALUES, ...partition);
    assert.equal(status, 78);
    assert.equal(stdout, '');
    assert.match(stderr, /^aws\.role\.policyArns: "arn:aws:.*must start with arn:aws-cn:/);
  });

  test('ends with 78 where the values file cannot be read', () => {
    const { status, stderr } = render('setup', '--values', join(folder, 'absent.yaml'));
    assert.equal(status, 78);
    assert.match(stderr, /^--values .*absent\.yaml: cannot be read: ENOENT/);
  });
});
