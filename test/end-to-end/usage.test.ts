/** The command line itself: help, version, and what is refused with 64. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import packageJson from '../../package.json' with { type: 'json' };
import { createScene } from './scene.ts';

describe('the command line', async () => {
  const scene = await createScene({ after });

  const refused = [
    { args: ['rum', '--', '/bin/echo'], message: /Unknown command \\"rum\\".*did you mean run\?/ },
    { args: ['init', '--rolearn', 'x'], message: /Unknown option.*did you mean --role-arn\?/ },
    { args: ['init', '--role_arn=x'], message: /Unknown option.*did you mean --role-arn\?/ },
    { args: ['init', '--quetzalcoatl'], message: /Unknown option.*--help lists the commands/ },
    { args: ['init', '--port', '9911'], message: /Unknown option \\"--port\\"/ },
    { args: ['init', '-p', 'x'], message: /Unknown option \\"-p\\"/ },
    { args: ['init', 'now'], message: /Unexpected argument \\"now\\".*init --help/ },
    { args: ['init', '--region'], message: /--region needs a value: --region REGION/ },
    { args: ['run', '/bin/echo', 'started'], message: /Unexpected argument.*-- COMMAND/ },
    { args: ['run'], message: /run needs a command to start, after --/ },
    { args: ['run', '--'], message: /run needs a command to start, after --/ },
    { args: ['run', '--depth', '1', '--', '/bin/echo', 'started'], message: /Unknown option/ },
  ];
  for (const { args, message } of refused) {
    test(`is refused with a hint: ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await scene.run(args);
      assert.equal(code, 64);
      assert.equal(stdout, '');
      assert.match(stderr, message);
      assert.equal(scene.metadata.requests.length + scene.sts.requests.length, 0);
    });
  }

  test('prints the version', async () => {
    const { code, stdout, stderr } = await scene.run(['--version']);
    assert.deepEqual(
      { code, stdout, stderr },
      { code: 0, stdout: `${packageJson.version}\n`, stderr: '' },
    );
  });

  for (const args of [['--help'], ['help'], []]) {
    test(`prints the commands: ${args.join(' ') || 'nothing given'}`, async () => {
      const { code, stdout } = await scene.run(args);
      assert.equal(code, 0);
      for (const command of ['run', 'init', 'serve', 'credential-process']) {
        assert.match(stdout, new RegExp(`^  ${command} `, 'm'));
      }
    });
  }

  test("prints a command's options, with their variables and attributes", async () => {
    const { code, stdout } = await scene.run(['run', '--help']);
    assert.equal(code, 0);
    assert.match(
      stdout,
      /--role-arn ARN\n.*\n\s+\[AWS_ROLE_ARN, metadata attribute aws-role-arn\]/,
    );
    assert.doesNotMatch(stdout, /--check/);
  });

  test("leaves COMMAND's own --help to COMMAND", async () => {
    const { stdout } = await scene.run(['run', '--', '/bin/echo', '--help']);
    assert.doesNotMatch(stdout, /dataflow-aws-identity/);
    assert.equal(scene.sts.requests.length, 1);
  });
});
