/** The AWS SDK for JavaScript, unmodified, as COMMAND. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { reservePort } from '../emulators/reserve-port.ts';
import { eventually } from './eventually.ts';
import type { RunningExecutable } from './executable.ts';
import { createScene } from './scene.ts';

const CONSUMER = [process.execPath, join(import.meta.dirname, 'consumer.ts')];
const CALLER =
  /^(arn:aws:sts::123456789012:assumed-role\/dataflow-reader\/wordcount-11221530-abcd-harness-x7k2) (ASIA\w+)$/;
const SHORT_LIVED = { sts: { credentialsLifetimeSeconds: 8 } };

describe("the AWS SDK's default provider chain in COMMAND", { concurrency: 2 }, () => {
  test('gets credentials from the endpoint, and new ones after a refresh, without restart', async (t) => {
    const scene = await createScene(t, SHORT_LIVED);
    const running = scene.start(['run', '--', ...CONSUMER]);
    const ask = createQuestion(running);
    const first = await ask();
    await eventually('another access key id', async () => (await ask()) !== first);
    running.stdin.end();
    assert.equal((await running.ended).code, 0);
  });

  test('gets credentials from the file', async (t) => {
    const scene = await createScene(t);
    const { code, stdout } = await scene.run(['run', '--deliver', 'file', '--', ...CONSUMER], {
      stdin: 'who?\n',
    });
    assert.match(stdout.trim(), CALLER);
    assert.equal(code, 0);
  });

  test('gets new credentials from the file after a refresh, in each new process', async (t) => {
    const scene = await createScene(t, SHORT_LIVED);
    const askTwice = 'echo who | "$@"; read -r go; echo who | "$@"';
    const running = scene.start([
      ...['run', '--deliver', 'file', '--profile', 'reader', '--'],
      ...['/bin/sh', '-c', askTwice, 'sh', ...CONSUMER],
    ]);
    const first = accessKeyIdOf((await running.printed(/.+(?=\n)/))[0]);
    await eventually('a rewritten file', () => {
      return !readFileSync(scene.credentialsFile, 'utf8').includes(first);
    });
    running.stdin.end('go\n');
    const { stdout } = await running.ended;
    const second = accessKeyIdOf(stdout.trim().split('\n').at(-1) ?? '');
    assert.notEqual(first, second);
  });

  test('gets credentials from a file written once, where nothing stays resident', async (t) => {
    const scene = await createScene(t);
    const args = ['run', '--deliver', 'file', '--once', '--', ...CONSUMER];
    const { stdout } = await scene.run(args, { stdin: 'who?\n' });
    assert.match(stdout.trim(), CALLER);
  });

  test('gets credentials from serve, by its token file', async (t) => {
    const scene = await createScene(t);
    const port = await reservePort();
    const tokenFile = join(scene.home, 'token');
    const args = ['serve', '--port', String(port), '--token-file', tokenFile];
    await scene.start(args).logged(/Delivered AWS credentials/);
    const consumer = scene.start(CONSUMER.slice(1), {
      executable: process.execPath,
      env: {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/v1/credentials`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenFile,
      },
    });
    consumer.stdin.end('who?\n');
    assert.match((await consumer.ended).stdout.trim(), CALLER);
  });

  test('gets credentials from a file that init has written before', async (t) => {
    const scene = await createScene(t);
    assert.equal((await scene.run(['init'])).code, 0);
    const consumer = scene.start(CONSUMER.slice(1), { executable: process.execPath });
    consumer.stdin.end('who?\n');
    assert.match((await consumer.ended).stdout.trim(), CALLER);
  });
});

/** Asks the consumer once, and returns the access key id that it used. */
function createQuestion(running: RunningExecutable): () => Promise<string> {
  let asked = 0;
  return async () => {
    asked += 1;
    running.stdin.write('who?\n');
    const [answers] = await running.printed(new RegExp(`^(?:.+\\n){${asked}}`));
    return accessKeyIdOf(answers.trim().split('\n').at(-1) ?? '');
  };
}

function accessKeyIdOf(answer: string): string {
  const [, , accessKeyId] = answer.match(CALLER) ?? [];
  assert.ok(accessKeyId, `not a caller: ${answer}`);
  return accessKeyId;
}
