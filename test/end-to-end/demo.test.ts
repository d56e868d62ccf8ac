import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';

const DEMO = join(import.meta.dirname, '..', 'demo', 'main.ts');

describe('npm run demo', () => {
  test('shows the claims, the trust policy, the caller, a refresh and the file, and ends', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [DEMO], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /"iss": "https:\/\/accounts\.google\.com"/);
    assert.match(stdout, /"accounts\.google\.com:oaud": "sts\.amazonaws\.com"/);
    assert.match(stdout, /log: {4}info Refreshed the AWS credentials/);
    assert.match(stdout, /aws_session_token = \S{6}…/);
    const keys = [...stdout.matchAll(/I am arn:aws:sts::\d{12}:assumed-role\S+ \(key …(\w{4})\)/g)];
    assert.equal(keys.length, 6);
    assert.ok(new Set(keys.map(([, key]) => key)).size > 2, 'the worker never saw new credentials');
  });
});
