/** The executable against an STS and an S3 that really verify, and that nobody here wrote. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { MetadataFault } from '../emulators/google-metadata.ts';
import { prepared } from './prepared.ts';
import { runToEnd } from './run-to-end.ts';
import { BUCKET, DISTRUSTING_ROLE, type Surroundings, startSurroundings } from './surroundings.ts';

interface Refusal {
  name: string;
  options?: string[];
  fault?: MetadataFault;
  exitCode: number;
  says: RegExp;
}

const REFUSALS: Refusal[] = [
  {
    name: 'a token for another audience',
    options: ['--audience', 'somewhere.example'],
    exitCode: 76,
    says: /STS .*InvalidParameterValue/,
  },
  {
    name: 'a token with a foreign signature',
    fault: { kind: 'token', signedBy: 'foreign' },
    exitCode: 76,
    says: /STS .*InvalidParameterValue/,
  },
  {
    name: 'a role whose trust policy names another service account',
    options: ['--role-arn', DISTRUSTING_ROLE],
    exitCode: 77,
    says: /AccessDenied.*trust policy.*\n?hint: the role's trust policy/s,
  },
  {
    name: 'a role that does not exist',
    options: ['--role-arn', `${DISTRUSTING_ROLE}-either`],
    exitCode: 77,
    says: /AccessDenied: role not found/,
  },
];

describe('the exchange at SeaweedFS', () => {
  let surroundings: Surroundings;

  before(async () => {
    surroundings = await startSurroundings();
  });
  beforeEach(() => surroundings.metadata.faults.clear());
  after(() => surroundings.close());

  test('gives credentials that write and read an object', async () => {
    const { environment, seaweedFs } = surroundings;
    await seaweedFs.putObject(BUCKET, 'source.txt', 'through S3 and back');
    const aws = join(prepared('interop', 'python'), 'bin', 'aws');
    const copy = ['s3', 'cp', `s3://${BUCKET}/source.txt`, `s3://${BUCKET}/copy.txt`];
    const { exitCode, log } = await runToEnd(['run', '--', aws, ...copy], environment);
    assert.equal(exitCode, 0, log);
    assert.equal(await seaweedFs.getObject(BUCKET, 'copy.txt'), 'through S3 and back');
  });

  test('is needed: without the program the same command finds no credentials', () => {
    const aws = join(prepared('interop', 'python'), 'bin', 'aws');
    const env = { ...surroundings.environment, AWS_EC2_METADATA_DISABLED: 'true' };
    const { status, stderr } = spawnSync(aws, ['s3', 'ls', `s3://${BUCKET}/`], { env });
    assert.notEqual(status, 0);
    assert.match(String(stderr), /Unable to locate credentials/);
  });

  for (const { name, options = [], fault, exitCode, says } of REFUSALS) {
    test(`refuses ${name}, and the command never starts`, async () => {
      const { metadata, environment, folder } = surroundings;
      if (fault) metadata.faults.always(fault);
      const started = join(folder, 'started');
      const command = ['run', '--log-format', 'text', ...options, '--', 'touch', started];
      const ended = await runToEnd(command, environment);
      assert.equal(ended.exitCode, exitCode, ended.log);
      assert.match(ended.log, says);
      assert(!existsSync(started));
    });
  }

  test('does not send an expired token to STS', async () => {
    const { metadata, observer, environment } = surroundings;
    metadata.faults.always({ kind: 'token', lifetimeSeconds: -60 });
    const before = observer.requests.length;
    const { exitCode, log } = await runToEnd(['run', '--', 'true'], environment);
    assert.equal(exitCode, 76, log);
    assert.match(log, /expired/);
    assert.equal(observer.requests.length, before);
  });

  test('meets an STS that verifies: an expired token sent past the program is refused', async () => {
    const { metadata, seaweedFs } = surroundings;
    metadata.faults.always({ kind: 'token', lifetimeSeconds: -60 });
    const path = 'computeMetadata/v1/instance/service-accounts/default/identity';
    const headers = { 'Metadata-Flavor': 'Google' };
    const token = await fetch(`${metadata.url}/${path}?audience=sts.amazonaws.com`, { headers });
    const body = new URLSearchParams({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: surroundings.environment['AWS_ROLE_ARN'] ?? '',
      RoleSessionName: 'expired',
      WebIdentityToken: await token.text(),
    });
    const answer = await fetch(seaweedFs.url, { method: 'POST', body });
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /<Code>ExpiredTokenException<\/Code>/);
  });
});
