/** The log on stderr: what Cloud Logging, a person and a broken pipe make of it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EXECUTABLE } from './executable.ts';
import { createScene } from './scene.ts';

const TRUE = ['--', '/bin/true'];
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/;

describe('the log', { concurrency: 4 }, () => {
  test('is structured entries of Cloud Logging, one a line, unless it goes to a terminal', async (t) => {
    const scene = await createScene(t);
    scene.sts.faults.next({ kind: 'error', code: 'Throttling' });
    const { stderr } = await scene.run(['run', '--log-level', 'debug', ...TRUE]);
    const entries = stderr.trim().split('\n').map(parseEntry);
    assert.deepEqual([...new Set(entries.map(({ severity }) => severity))].sort(), [
      'DEBUG',
      'INFO',
      'WARNING',
    ]);
    for (const { message, time } of entries) {
      assert.ok(message);
      assert.match(time ?? '', TIME);
    }
  });

  test('is lines for people with --log-format text, and then too tells the expiry', async (t) => {
    const scene = await createScene(t);
    const { stderr } = await scene.run(['run', '--log-format', 'text', ...TRUE]);
    assert.match(stderr, /^\S+Z info +Delivered AWS credentials expiration=\d{4}-\S+Z$/m);
    assert.doesNotMatch(stderr, /[{}]/);
  });

  test('shows a hint on a line of its own in text', async (t) => {
    const scene = await createScene(t);
    const env = { AWS_IDENTITY_LOG_FORMAT: 'text' };
    const { stderr } = await scene.run(['init', '--rolearn', 'x'], { env });
    assert.match(stderr, /Unknown option "--rolearn" .*\nhint: did you mean --role-arn\?/);
  });

  const levels = [
    { level: 'debug', shown: true },
    { level: 'info', shown: true },
    { level: 'warning', shown: false },
    { level: 'error', shown: false },
  ];
  for (const { level, shown } of levels) {
    test(`${shown ? 'tells' : 'does not tell'} of the delivery at level ${level}`, async (t) => {
      const scene = await createScene(t);
      const env = { AWS_IDENTITY_LOG_LEVEL: level };
      const { stderr } = await scene.run(['run', ...TRUE], { env });
      assert.equal(/Delivered AWS credentials/.test(stderr), shown);
    });
  }

  test('tells of each try that failed, and when the next one is', async (t) => {
    const scene = await createScene(t);
    scene.sts.faults.next({ kind: 'status', status: 503 }, 2);
    const { stderr } = await scene.run(['run', ...TRUE]);
    const retries = stderr
      .trim()
      .split('\n')
      .map(parseEntry)
      .filter(({ delayMs }) => delayMs !== undefined);
    assert.equal(retries.length, 2);
    assert.ok(
      retries.every(({ severity, code }) => severity === 'WARNING' && code === 'ERR_TEMPORARY'),
    );
  });

  test('may lose its reader: COMMAND and the refreshes go on', async (t) => {
    const scene = await createScene(t, { sts: { credentialsLifetimeSeconds: 2 } });
    const worker = `/bin/sh -c 'sleep 3; echo alive'`;
    const unread = `{ "$0" run -- ${worker} 2>&1 >&3 | true; } 3>&1`;
    const running = scene.start(['-c', unread, EXECUTABLE], { executable: '/bin/sh' });
    assert.equal((await running.ended).stdout, 'alive\n');
    assert.ok(scene.sts.requests.length > 2);
  });
});

function parseEntry(line: string): Record<string, string | undefined> {
  return JSON.parse(line) as Record<string, string>;
}
