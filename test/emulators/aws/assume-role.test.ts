import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import type { STSServiceException } from '@aws-sdk/client-sts';
import { assumeRole, fetchIdToken, getCallerIdentity } from '../client.ts';
import {
  DEFAULT_AUDIENCE,
  DEFAULT_ROLE,
  DEFAULT_SERVICE_ACCOUNT,
  type Emulators,
  startEmulators,
} from '../start.ts';
import type { Role } from './roles.ts';

const NOW_MS = Date.parse('2026-11-22T12:00:00Z');
const { uniqueId } = DEFAULT_SERVICE_ACCOUNT;

const SHORT_ROLE: Role = {
  arn: 'arn:aws-cn:iam::210987654321:role/team/path/short',
  trustPolicy: DEFAULT_ROLE.trustPolicy,
};
const CLOSED_ROLE: Role = {
  arn: 'arn:aws:iam::123456789012:role/closed',
  trustPolicy: { Statement: [] },
};

describe('AssumeRoleWithWebIdentity', () => {
  let emulators: Emulators;
  before(async () => {
    const roles = [DEFAULT_ROLE, SHORT_ROLE, CLOSED_ROLE];
    emulators = await startEmulators({ now: () => NOW_MS, sts: { roles } });
  });
  after(() => emulators.close());
  afterEach(() => emulators.metadata.faults.clear());

  test('gives the AWS SDK credentials for a token that the role trusts', async () => {
    const result = await assumeRole(emulators, { DurationSeconds: 7200 });
    assert.match(result.Credentials?.AccessKeyId ?? '', /^ASIA[A-Z2-7]{16}$/);
    assert.equal(result.Credentials?.SecretAccessKey?.length, 40);
    assert.equal(result.Credentials?.Expiration?.getTime(), NOW_MS + 7_200_000);
    assert.equal(
      result.AssumedRoleUser?.Arn,
      'arn:aws:sts::123456789012:assumed-role/dataflow-reader/wordcount',
    );
    assert.match(result.AssumedRoleUser?.AssumedRoleId ?? '', /^AROA[0-9A-F]{17}:wordcount$/);
    assert.equal(result.Provider, 'accounts.google.com');
    assert.equal(result.Audience, uniqueId);
    assert.equal(result.SubjectFromWebIdentityToken, uniqueId);
  });

  test('gives different credentials each time', async () => {
    const [first, second] = [await assumeRole(emulators), await assumeRole(emulators)];
    assert.notEqual(first.Credentials?.AccessKeyId, second.Credentials?.AccessKeyId);
    assert.notEqual(first.Credentials?.SecretAccessKey, second.Credentials?.SecretAccessKey);
  });

  test('gives credentials that STS recognises', async () => {
    const { Credentials, AssumedRoleUser } = await assumeRole(emulators);
    const caller = await getCallerIdentity(emulators.sts, Credentials);
    assert.equal(caller.Arn, AssumedRoleUser?.Arn);
  });

  test('names partition, account and role, without its path, in the ARN of the session', async () => {
    const { AssumedRoleUser } = await assumeRole(emulators, { RoleArn: SHORT_ROLE.arn });
    const expected = 'arn:aws-cn:sts::210987654321:assumed-role/short/wordcount';
    assert.equal(AssumedRoleUser?.Arn, expected);
  });

  test('takes the query string as well as a form', async () => {
    const query = new URLSearchParams({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: DEFAULT_ROLE.arn,
      RoleSessionName: 'wordcount',
      WebIdentityToken: await fetchIdToken(emulators.metadata),
    });
    const response = await fetch(`${emulators.sts.url}/?${query}`);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'text/xml');
    assert.match(await response.text(), /<Expiration>2026-11-22T13:00:00Z<\/Expiration>/);
  });

  test("refuses more seconds than the role's maximum, an hour by default", async () => {
    const input = { RoleArn: SHORT_ROLE.arn, DurationSeconds: 3601 };
    await assert.rejects(assumeRole(emulators, input), {
      name: 'ValidationError',
      message: /exceeds the MaxSessionDuration set for this role/,
    });
  });

  for (const RoleArn of ['arn:aws:iam::123456789012:role/unknown', CLOSED_ROLE.arn]) {
    test(`answers AccessDenied for ${RoleArn}, and does not tell why`, async () => {
      await assert.rejects(assumeRole(emulators, { RoleArn }), (error: STSServiceException) => {
        assert.equal(error.name, 'AccessDenied');
        assert.equal(error.message, 'Not authorized to perform sts:AssumeRoleWithWebIdentity');
        assert.equal(error.$metadata.httpStatusCode, 403);
        return true;
      });
    });
  }

  test('refuses what the trust policy refuses: another audience', async () => {
    const WebIdentityToken = await fetchIdToken(emulators.metadata, 'https://elsewhere.example');
    await assert.rejects(assumeRole(emulators, { WebIdentityToken }), { name: 'AccessDenied' });
  });

  const claimSets: { name: string; claims: Record<string, unknown> }[] = [
    { name: 'another azp', claims: { azp: DEFAULT_SERVICE_ACCOUNT.email } },
    { name: 'no azp, so that the audience stands for it', claims: { azp: undefined } },
    { name: 'another subject', claims: { sub: '42' } },
    { name: 'two audiences', claims: { aud: [DEFAULT_AUDIENCE, 'another'] } },
  ];
  for (const { name, claims } of claimSets) {
    test(`refuses what the trust policy refuses: ${name}`, async () => {
      emulators.metadata.faults.next({ kind: 'token', claims });
      await assert.rejects(assumeRole(emulators), { name: 'AccessDenied' });
    });
  }
});
