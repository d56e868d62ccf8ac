import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Flags } from '../../../init/config/arguments.ts';
import { readGiven } from '../../../init/config/given.ts';
import type { Command } from '../../../init/config/option.ts';
import { completeSettings, deadlineMsOf, type Settings } from '../../../init/config/settings.ts';
import { DEFAULTS } from '../../../init/contract.ts';
import type { Environment } from '../../../init/ports.ts';

const REQUIRED = {
  AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/reader',
  AWS_REGION: 'eu-west-1',
  AWS_ROLE_SESSION_NAME: 'reader',
};
const IN_HOME = { ...REQUIRED, HOME: '/home/beam' };

function settingsOf(command: Command, env: Environment, flags: Flags = {}): Settings {
  return completeSettings(command, readGiven(command, flags, env), env);
}

describe('completeSettings', () => {
  test('fills in the defaults of the contract', () => {
    const { sources: _, ...settings } = settingsOf('run', IN_HOME);
    assert.deepEqual(settings, {
      roleArn: REQUIRED.AWS_ROLE_ARN,
      region: 'eu-west-1',
      roleSessionName: 'reader',
      audience: 'sts.amazonaws.com',
      durationSeconds: 3600,
      serviceAccount: 'default',
      policyArns: [],
      policy: undefined,
      deliver: 'endpoint',
      once: false,
      credentialsFile: '/home/beam/.aws/credentials',
      configFile: '/home/beam/.aws/config',
      profile: 'default',
      fileMode: 0o600,
      port: undefined,
      tokenFile: undefined,
      deadlineMs: 45_000,
      onError: 'fail',
      stsEndpoint: undefined,
    });
  });

  const decided: {
    name: string;
    command: Command;
    env?: Environment;
    flags?: Flags;
    expected: Partial<Settings>;
  }[] = [
    { name: 'init delivers to the file', command: 'init', expected: { deliver: 'file' } },
    {
      name: 'init delivers to the file whatever the variable for run says',
      command: 'init',
      env: { AWS_IDENTITY_DELIVER: 'endpoint' },
      expected: { deliver: 'file' },
    },
    {
      name: 'serve has a port and a token file that others know',
      command: 'serve',
      expected: { port: 9911, tokenFile: '/home/beam/.aws/identity-token' },
    },
    {
      name: 'flags beat the defaults of serve',
      command: 'serve',
      flags: { port: '8000', tokenFile: '/run/token' },
      expected: { port: 8000, tokenFile: '/run/token' },
    },
    {
      name: "AWS's own variables choose the files",
      command: 'run',
      env: { AWS_SHARED_CREDENTIALS_FILE: '/run/credentials', AWS_CONFIG_FILE: '/run/config' },
      expected: { credentialsFile: '/run/credentials', configFile: '/run/config' },
    },
    {
      name: 'the STS endpoint beats the one for all of AWS',
      command: 'run',
      env: { AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1', AWS_ENDPOINT_URL: 'http://127.0.0.1:2' },
      expected: { stsEndpoint: 'http://127.0.0.1:1' },
    },
    {
      name: 'the endpoint for all of AWS is one for STS too',
      command: 'run',
      env: { AWS_ENDPOINT_URL_STS: '', AWS_ENDPOINT_URL: 'https://aws.example/' },
      expected: { stsEndpoint: 'https://aws.example/' },
    },
    {
      name: 'a deadline in seconds becomes milliseconds',
      command: 'run',
      flags: { deadlineSeconds: '5' },
      expected: { deadlineMs: 5000 },
    },
  ];
  for (const { name, command, env, flags, expected } of decided) {
    test(name, () => {
      const settings = settingsOf(command, { ...IN_HOME, ...env }, flags);
      assert.deepEqual({ ...settings, ...expected }, settings);
    });
  }

  test('needs no HOME for the endpoint of run, nor for credential-process', () => {
    assert.equal(settingsOf('run', REQUIRED).credentialsFile, undefined);
    assert.equal(settingsOf('credential-process', REQUIRED).credentialsFile, undefined);
  });

  const conflicts: {
    name: string;
    command: Command;
    env: Environment;
    flags?: Flags;
    problem: RegExp;
  }[] = [
    {
      name: '--once with the endpoint',
      command: 'run',
      env: IN_HOME,
      flags: { once: 'true' },
      problem: /- --once is set, but goes with --deliver file only$/,
    },
    {
      name: 'a file in a HOME that is not set',
      command: 'init',
      env: REQUIRED,
      problem: /- --credentials-file is missing and HOME is not an absolute path; give one$/,
    },
    {
      name: 'a file in a relative HOME',
      command: 'init',
      env: { ...REQUIRED, HOME: 'beam' },
      problem: /- --credentials-file is missing and HOME is not an absolute path; give one$/,
    },
    {
      name: 'static keys in the environment, in the same list',
      command: 'run',
      env: { ...IN_HOME, AWS_ACCESS_KEY_ID: 'A' },
      problem: /- AWS_ACCESS_KEY_ID is set: every AWS SDK would use it/,
    },
    {
      name: "serve's token file in a HOME that is empty",
      command: 'serve',
      env: { ...REQUIRED, HOME: '' },
      problem: /- --token-file is missing and HOME is not an absolute path; give one$/,
    },
    {
      name: 'an STS endpoint without a scheme',
      command: 'run',
      env: { ...IN_HOME, AWS_ENDPOINT_URL_STS: '127.0.0.1:4566' },
      problem: /AWS_ENDPOINT_URL_STS .* is "127\.0\.0\.1:4566"; allowed: an http or https URL /,
    },
    {
      name: 'an STS endpoint with a password, without showing it',
      command: 'run',
      env: { ...IN_HOME, AWS_ENDPOINT_URL: 'https://user:word@sts.example' },
      problem: /is "https:\/\/…@sts\.example"; allowed: an http or https URL without a user/,
    },
  ];
  for (const { name, command, env, flags, problem } of conflicts) {
    test(`refuses ${name}`, () => {
      assert.throws(() => settingsOf(command, env, flags), {
        code: 'ERR_CONFIG',
        exitCode: 78,
        message: problem,
      });
    });
  }

  test('lists what was given wrongly and what does not go together at once', () => {
    const env = { ...REQUIRED, AWS_IDENTITY_DURATION: '15m', AWS_ENDPOINT_URL: 'sts' };
    assert.throws(
      () => settingsOf('run', env, { once: 'true' }),
      (error: Error) => error.message.split('\n- ').length === 1 + 3,
    );
  });
});

describe('deadlineMsOf', () => {
  test('is the default where none was given', () => {
    assert.equal(deadlineMsOf(readGiven('run', {}, {})), DEFAULTS.deadlineSeconds * 1000);
  });
});
