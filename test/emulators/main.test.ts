import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { after, before, describe, type TestContext, test } from 'node:test';
import { DEFAULT_ROLE } from './start.ts';

const MAIN = new URL('./main.ts', import.meta.url).pathname;
const ANY_PORTS = ['--metadata-port', '0', '--sts-port', '0'];

function start(t: TestContext, args: string[]): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [MAIN, ...args]);
  t.after(() => child.kill('SIGKILL'));
  return child;
}

async function readReadyLine(child: ChildProcessWithoutNullStreams) {
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return JSON.parse(line as string) as { metadata: string; sts: string; roles: string[] };
}

describe('the emulators command', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'emulators-'));
  });
  after(() => rm(directory, { recursive: true }));

  async function writeConfig(text: string): Promise<string> {
    const path = join(directory, 'config.json');
    await writeFile(path, text);
    return path;
  }

  test('starts both, takes faults over HTTP, and ends with 0 on SIGTERM', async (t) => {
    const child = start(t, ANY_PORTS);
    const { metadata, sts, roles } = await readReadyLine(child);
    assert.deepEqual(roles, [DEFAULT_ROLE.arn]);
    assert.equal((await fetch(metadata)).status, 200);
    const body = JSON.stringify({ next: { kind: 'error', code: 'Throttling' } });
    const ordered = await fetch(`${sts}/_control/faults`, { method: 'POST', body });
    assert.equal(ordered.status, 204);
    assert.match(await (await fetch(sts)).text(), /<Code>Throttling</);
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });

  test('takes roles, attributes and the lifetime of credentials from its file', async (t) => {
    const arn = 'arn:aws:iam::123456789012:role/from-file';
    const config = {
      metadata: { instanceAttributes: { 'aws-role-arn': arn } },
      sts: { roles: [{ ...DEFAULT_ROLE, arn }], credentialsLifetimeSeconds: 60 },
    };
    const child = start(t, [...ANY_PORTS, '--config', await writeConfig(JSON.stringify(config))]);
    const { metadata, roles } = await readReadyLine(child);
    assert.deepEqual(roles, [arn]);
    const url = `${metadata}/computeMetadata/v1/instance/attributes/aws-role-arn`;
    const response = await fetch(url, { headers: { 'Metadata-Flavor': 'Google' } });
    assert.equal(await response.text(), arn);
  });

  const refusals = [
    { name: 'a port that is none', args: ['--sts-port', '65536'], message: /--sts-port 65536/ },
    { name: 'an unknown option', args: ['--verbose'], message: /--verbose/ },
    { name: 'a file that is missing', args: ['--config', '/nowhere.json'], message: /nowhere/ },
  ];
  for (const { name, args, message } of refusals) {
    test(`refuses ${name} with 78, and starts nothing`, async (t) => {
      const child = start(t, [...ANY_PORTS, ...args]);
      const [stdout, stderr, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'exit'),
      ]);
      assert.equal(code, 78);
      assert.equal(stdout, '');
      assert.match(stderr, message);
    });
  }
});
