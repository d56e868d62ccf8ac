import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  buildWorkerEnvironment,
  type DeliveredTo,
} from '../../../init/deliver/worker-environment.ts';

const ENDPOINT: DeliveredTo = { kind: 'endpoint', port: 40_001, authorization: { token: 'T' } };
const IN_FILE: DeliveredTo = {
  kind: 'file',
  credentialsFile: '/run/credentials',
  profile: 'default',
};
const FOR_ALL = {
  AWS_REGION: 'eu-west-1',
  AWS_DEFAULT_REGION: 'eu-west-1',
  AWS_EC2_METADATA_DISABLED: 'true',
};

describe('buildWorkerEnvironment', () => {
  const table: { name: string; delivered: DeliveredTo; variables: Record<string, string> }[] = [
    {
      name: 'the endpoint and its token',
      delivered: ENDPOINT,
      variables: {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:40001/v1/credentials',
        AWS_CONTAINER_AUTHORIZATION_TOKEN: 'T',
      },
    },
    {
      name: 'the endpoint and the file with its token',
      delivered: { kind: 'endpoint', port: 9911, authorization: { tokenFile: '/run/token' } },
      variables: {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:9911/v1/credentials',
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/run/token',
      },
    },
    {
      name: 'the shared credentials file',
      delivered: IN_FILE,
      variables: { AWS_SHARED_CREDENTIALS_FILE: '/run/credentials' },
    },
    {
      name: 'the shared credentials file and a profile',
      delivered: { kind: 'file', credentialsFile: '/run/credentials', profile: 'a' },
      variables: { AWS_SHARED_CREDENTIALS_FILE: '/run/credentials', AWS_PROFILE: 'a' },
    },
  ];
  for (const { name, delivered, variables } of table) {
    test(`names ${name}, and both regions`, () => {
      assert.deepEqual(buildWorkerEnvironment({}, 'eu-west-1', delivered), {
        ...FOR_ALL,
        ...variables,
      });
    });
  }

  test('lets the worker inherit everything else, untouched', () => {
    const env = { PATH: '/usr/bin', EMPTY: '', HOME: '/root', AWS_ROLE_ARN: 'r', UNSET: undefined };
    const { UNSET: _, ...inherited } = env;
    const built = buildWorkerEnvironment(env, 'eu-west-1', ENDPOINT);
    assert.deepEqual({ ...built, ...inherited }, built);
    assert.ok(!('UNSET' in built));
  });

  test('replaces other regions', () => {
    const env = { AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-2' };
    assert.deepEqual(
      { ...buildWorkerEnvironment(env, 'eu-west-1', IN_FILE), ...FOR_ALL },
      buildWorkerEnvironment(env, 'eu-west-1', IN_FILE),
    );
  });

  const misleading = [
    { name: 'AWS_PROFILE', kinds: [ENDPOINT, IN_FILE] },
    { name: 'AWS_DEFAULT_PROFILE', kinds: [ENDPOINT, IN_FILE] },
    { name: 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', kinds: [ENDPOINT] },
    { name: 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', kinds: [ENDPOINT] },
  ];
  for (const { name, kinds } of misleading) {
    for (const delivered of kinds) {
      test(`keeps ${name}, which points elsewhere, from a worker with the ${delivered.kind}`, () => {
        const built = buildWorkerEnvironment({ [name]: 'elsewhere' }, 'eu-west-1', delivered);
        assert.ok(!(name in built));
      });
    }
  }
});
