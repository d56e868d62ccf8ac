import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findShadowing } from '../../../init/deliver/shadowing.ts';

const FILE = '/home/beam/.aws/credentials';

describe('findShadowing', () => {
  const variables = [
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
  ];
  for (const name of variables) {
    test(`finds ${name}, for endpoint and file, without its value`, () => {
      for (const deliver of ['endpoint', 'file'] as const) {
        const [problem, ...others] = findShadowing({
          deliver,
          env: { [name]: 'the-value' },
          files: [],
        });
        assert.match(problem ?? '', new RegExp(`^${name} is set: `));
        assert.ok(!problem?.includes('the-value'));
        assert.deepEqual(others, []);
      }
    });
  }

  const harmless = [
    { name: 'an empty variable', env: { AWS_ACCESS_KEY_ID: '' } },
    { name: 'a variable that chooses nothing', env: { AWS_REGION: 'eu-west-1', AWS_PROFILE: 'a' } },
    { name: 'keys of another profile', text: '[a]\naws_access_key_id = A\n' },
    { name: 'settings that are no credentials', text: '[default]\nregion = x\noutput = json\n' },
    { name: 'keys in a comment', text: '[default]\n# aws_access_key_id = A\n' },
    { name: 'a file that is not there', text: undefined },
    { name: 'a file that nobody can read', text: 'garbage' },
  ];
  for (const { name, env = {}, text } of harmless) {
    test(`takes no offence at ${name}`, () => {
      const files = [{ path: FILE, text }];
      assert.deepEqual(findShadowing({ deliver: 'endpoint', env, files }), []);
    });
  }

  const shadowing = [
    { key: 'aws_access_key_id', text: '[default]\naws_access_key_id = SECRET\n' },
    { key: 'aws_access_key_id', text: '[default]\r\nAWS_ACCESS_KEY_ID=SECRET\r\n' },
    { key: 'credential_process', text: '[default]\ncredential_process = SECRET\n' },
    { key: 'role_arn', text: '[a]\n[default]\nregion = x\nrole_arn = SECRET\n' },
    { key: 'sso_session', text: '[default]\nsso_session = SECRET\n' },
    { key: 'web_identity_token_file', text: '[default]\nweb_identity_token_file = SECRET\n' },
  ];
  for (const { key, text } of shadowing) {
    test(`finds ${key} in ${JSON.stringify(text)}, without its value`, () => {
      const files = [{ path: FILE, text }];
      assert.deepEqual(findShadowing({ deliver: 'endpoint', env: {}, files }), [
        `${FILE} has ${key} in [default]: an AWS SDK would use it instead of the delivered credentials${
          key === 'aws_access_key_id' ? ' (--deliver file would replace it)' : ''
        }`,
      ]);
    });
  }

  test('knows the other spelling of the default profile in a config file', () => {
    const files = [
      { path: '/c', text: '[profile default]\nrole_arn = r\n[profile a]\nrole_arn = r' },
    ];
    assert.deepEqual(findShadowing({ deliver: 'endpoint', env: {}, files }), [
      '/c has role_arn in [profile default]: an AWS SDK would use it instead of the delivered credentials',
    ]);
  });

  test('tells everything at once, each finding once', () => {
    const twice = '[default]\naws_access_key_id = A\n[default]\naws_access_key_id = B\n';
    const env = { AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'B' };
    const files = [
      { path: FILE, text: twice },
      { path: '/home/beam/.aws/config', text: '[default]\nrole_arn = r\n' },
    ];
    assert.equal(findShadowing({ deliver: 'endpoint', env, files }).length, 4);
  });

  test('leaves static keys of the file to file delivery, which replaces them', () => {
    const files = [{ path: FILE, text: '[default]\naws_access_key_id = A\n' }];
    assert.deepEqual(findShadowing({ deliver: 'file', env: {}, files }), []);
  });

  test('finds what botocore tries before the static keys of the profile in file delivery', () => {
    const files = [
      { path: FILE, text: '[a]\nrole_arn = SECRET\ncredential_process = fine\n' },
      { path: '/c', text: '[profile a]\nsso_session = SECRET\n[default]\nrole_arn = fine\n' },
    ];
    assert.deepEqual(findShadowing({ deliver: 'file', env: {}, profile: 'a', files }), [
      `${FILE} has role_arn in [a]: an AWS SDK would use it instead of the delivered credentials`,
      '/c has sso_session in [profile a]: an AWS SDK would use it instead of the delivered credentials',
    ]);
  });
});
