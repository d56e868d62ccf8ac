import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderSetup } from '../../manifests/setup/setup.ts';
import { buildTrustPolicy } from '../../manifests/trust-policy.ts';
import { buildSettings } from '../manifests/settings-fixture.ts';
import {
  ACCOUNT,
  assertIsSetUp,
  countCalls,
  EMAIL,
  OTHER_POLICY_ARN,
  POLICY_ARN,
  ROLE_ARN,
  readAttachedPolicies,
  readRole,
  UNIQUE_ID,
  useSandbox,
} from './fixture.ts';

const setup = renderSetup(buildSettings());
const sandbox = useSandbox();

describe('the rendered setup', () => {
  test('sets up two empty accounts and prints nothing but the role ARN', () => {
    const { status, stdout, stderr } = sandbox().run(setup);
    assert.equal(status, 0, stderr);
    assert.equal(stdout, `${ROLE_ARN}\n`);
    assert.match(stderr, /==> 1\/7 .*\n==> 2\/7 .*\n/);
    assert.match(
      stderr,
      /gcloud builds submit .* \\\n.*_AWS_ROLE_ARN=arn:.*,_AWS_REGION=eu-west-1\n/,
    );
    assertIsSetUp(sandbox());
  });

  test('changes nothing when it is run again', () => {
    sandbox().run(setup);
    const { status, stdout, stderr } = sandbox().run(setup);
    assert.equal(status, 0, stderr);
    assert.equal(stdout, `${ROLE_ARN}\n`);
    assert.equal(countCalls(sandbox(), 'iam service-accounts create'), 1);
    assertIsSetUp(sandbox());
  });

  test('brings an existing role up to date: trust policy, duration and policies', () => {
    sandbox().run(setup);
    const changed = buildSettings(
      'aws.audience=https://example.com/aws',
      'aws.role.maxSessionDurationSeconds=7200',
      `aws.role.policyArns=${POLICY_ARN},${OTHER_POLICY_ARN}`,
      'google.serviceAccountUniqueIds=112233445566778899002',
    );
    const { status, stderr } = sandbox().run(renderSetup(changed));
    assert.equal(status, 0, stderr);
    const role = readRole(sandbox());
    assert.equal(role?.['MaxSessionDuration'], 7200);
    assert.deepEqual(
      role['AssumeRolePolicyDocument'],
      buildTrustPolicy(changed.aws, [UNIQUE_ID, '112233445566778899002']),
    );
    assert.deepEqual(readAttachedPolicies(sandbox()), [POLICY_ARN, OTHER_POLICY_ARN]);
  });

  test('waits until a new account is listed and known to IAM', () => {
    sandbox().gcloud.set({ lag: { unlisted: 3, ungrantable: 4 } });
    const { status, stderr } = sandbox().run(setup);
    assert.equal(status, 0, stderr);
    assert.equal(stderr.match(/Waiting until IAM knows the service account/g)?.length, 4);
    assertIsSetUp(sandbox());
  });

  test('uses an existing account given by its e-mail, and refuses to go on without it', () => {
    const script = renderSetup(buildSettings(`google.serviceAccount=${EMAIL}`));
    const missing = sandbox().run(script);
    assert.equal(missing.status, 1);
    assert.match(missing.stderr, /There is no service account .*\nFailed at step 2\/7 Find the/);
    assert.equal(readRole(sandbox()), undefined);
    sandbox().gcloud.set({ accounts: { [EMAIL]: ACCOUNT } });
    const { status, stderr } = sandbox().run(script);
    assert.equal(status, 0, stderr);
    assert.equal(countCalls(sandbox(), 'iam service-accounts create'), 0);
    assertIsSetUp(sandbox());
  });
});
