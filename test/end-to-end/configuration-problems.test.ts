/** A configuration that is missing or malformed: 78, every problem at once. */
import assert from 'node:assert/strict';
import { after, afterEach, describe, test } from 'node:test';
import { createScene } from './scene.ts';

describe('a configuration that is wrong', async () => {
  const scene = await createScene({ after });
  afterEach(() => {
    assert.equal(scene.sts.requests.length, 0);
  });

  test('is reported whole, each problem with option, value and what is allowed: 78', async () => {
    const { code, stdout, stderr } = await scene.run(
      ['run', '--duration', '60', '--file-mode', '0777', '--', '/bin/echo', 'started'],
      {
        env: {
          AWS_ROLE_ARN: 'reader',
          AWS_REGION: 'Europe',
          AWS_ROLE_SESSION_NAME: 'x',
          AWS_IDENTITY_DELIVER: 'pigeon',
          AWS_IDENTITY_DEADLINE: '45s',
        },
      },
    );
    assert.equal(code, 78);
    assert.equal(stdout, '');
    const { message } = JSON.parse(stderr.trim()) as { message: string };
    for (const problem of [
      '--role-arn (from AWS_ROLE_ARN) is "reader"; allowed: an IAM role ARN',
      '--region (from AWS_REGION) is "Europe"; allowed: an AWS region such as eu-west-1',
      '--role-session-name (from AWS_ROLE_SESSION_NAME) is "x"; allowed: 2 to 64 characters',
      '--duration is "60"; allowed: a whole number of seconds from 900 to 43200',
      '--deliver (from AWS_IDENTITY_DELIVER) is "pigeon"; allowed: endpoint or file',
      '--file-mode is "0777"; allowed: 0600, 0640 or 0660',
      '--deadline (from AWS_IDENTITY_DEADLINE) is "45s"; allowed: a whole number of seconds',
    ]) {
      assert.ok(message.includes(problem), `${problem}\nis not in\n${message}`);
    }
  });

  test('says of what is missing where it can be given', async () => {
    const env = { AWS_ROLE_ARN: undefined, AWS_REGION: undefined };
    const { code, stderr } = await scene.run(['init'], { env });
    assert.equal(code, 78);
    assert.match(stderr, /--role-arn is missing.*AWS_ROLE_ARN.*metadata attribute aws-role-arn/);
    assert.match(stderr, /--region is missing.*AWS_DEFAULT_REGION.*metadata attribute aws-region/);
  });

  test('names the metadata attribute that holds a wrong value', async (t) => {
    const other = await createScene(t, {
      metadata: { projectAttributes: { 'aws-role-arn': 'reader' } },
    });
    const { code, stderr } = await other.run(['init'], { env: { AWS_ROLE_ARN: undefined } });
    assert.equal(code, 78);
    assert.match(stderr, /--role-arn \(from project metadata attribute aws-role-arn\) is/);
    assert.equal(other.sts.requests.length, 0);
  });

  const single = [
    { args: ['--port', '0'], problem: /--port is .*allowed: a port from 1 to 65535/ },
    { args: ['--token-file', 'token'], problem: /--token-file is .*allowed: an absolute path/ },
    { args: ['--credentials-file', '~/c'], problem: /--credentials-file is .*an absolute path/ },
    { args: ['--profile', 'a]b'], problem: /--profile is .*allowed: text without \[ \]/ },
    { args: ['--policy', '[]'], problem: /--policy is .*allowed: a JSON policy/ },
    { args: ['--policy-arn', 'x'], problem: /--policy-arn is .*allowed: .*10 IAM policy/ },
    { args: ['--on-error', 'ignore'], problem: /--on-error is .*allowed: fail or continue/ },
    { args: ['--log-level', 'trace'], problem: /--log-level is .*allowed: debug, info, warning/ },
    { args: ['--log-format', 'xml'], problem: /--log-format is .*allowed: json or text/ },
  ];
  for (const { args, problem } of single) {
    test(`names the option, and what is allowed: ${args.join(' ')}`, async () => {
      const command = ['--', '/bin/echo', 'started'];
      const { code, stdout, stderr } = await scene.run(['run', ...args, ...command]);
      assert.equal(code, 78);
      assert.equal(stdout, '');
      assert.match(stderr, problem);
    });
  }

  test('may be the endpoint of STS', async () => {
    const { code, stderr } = await scene.run(['init'], { env: { AWS_ENDPOINT_URL_STS: 'sts' } });
    assert.equal(code, 78);
    assert.match(stderr, /AWS_ENDPOINT_URL_STS.* is .*sts.*allowed: an http or https URL/);
  });
});
