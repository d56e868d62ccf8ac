import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderSetup } from '../../manifests/setup/setup.ts';
import { renderTeardown } from '../../manifests/setup/teardown.ts';
import { buildSettings } from '../manifests/settings-fixture.ts';
import {
  assertIsSetUp,
  countCalls,
  POLICY_ARN,
  ROLE_NAME,
  readAttachedPolicies,
  readRole,
  useSandbox,
} from './fixture.ts';

const setup = renderSetup(buildSettings());
const teardown = renderTeardown(buildSettings());
const sandbox = useSandbox();

describe('the rendered setup, where something fails', () => {
  test('gives up on an account that never shows up, and makes no role', () => {
    sandbox().gcloud.set({ lag: { unlisted: 1000, ungrantable: 0 } });
    const { status, stdout, stderr } = sandbox().run(setup);
    assert.equal(status, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /has not shown up\.\nFailed at step 3\/7 Wait for the unique id/);
    assert.equal(readRole(sandbox()), undefined);
  });

  const denials: [start: string, step: RegExp][] = [
    ['iam service-accounts list', /2\/7 Create the service account/],
    ['iam service-accounts create', /2\/7 Create the service account/],
    ['projects add-iam-policy-binding', /4\/7 Grant roles\/dataflow\.worker/],
    [
      'projects add-iam-policy-binding example-project --role roles/storage',
      /5\/7 Grant roles\/st/,
    ],
  ];
  for (const [start, step] of denials) {
    test(`stops where "${start}" is denied, and finishes once it is allowed`, () => {
      sandbox().gcloud.set({ denied: [start] });
      const { status, stdout, stderr } = sandbox().run(setup);
      assert.equal(status, 1);
      assert.equal(stdout, '');
      assert.match(stderr, /PERMISSION_DENIED/);
      assert.match(stderr, new RegExp(`Failed at step ${step.source}`));
      assert.equal(readRole(sandbox()), undefined);
      sandbox().gcloud.set({ denied: [] });
      assert.equal(sandbox().run(setup).status, 0);
      assertIsSetUp(sandbox());
    });
  }

  test('stops where a policy does not exist, and finishes once it does', () => {
    const arn = 'arn:aws:iam::123456789012:policy/late';
    const script = renderSetup(buildSettings(`aws.role.policyArns=${POLICY_ARN},${arn}`));
    const failed = sandbox().run(script);
    assert.notEqual(failed.status, 0);
    assert.match(failed.stderr, /NoSuchEntity.*Failed at step 7\/7 Attach the policies/s);
    const statement = '{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}';
    const document = `{"Version":"2012-10-17","Statement":[${statement}]}`;
    sandbox().aws('iam', 'create-policy', '--policy-name', 'late', '--policy-document', document);
    const { status, stderr } = sandbox().run(script);
    assert.equal(status, 0, stderr);
    assert.deepEqual(readAttachedPolicies(sandbox()), [arn, POLICY_ARN]);
  });

  test("refuses a role of the same name on another path, and leaves that role's trust alone", () => {
    const foreign = '{"Version":"2012-10-17","Statement":[]}';
    const args = ['--role-name', ROLE_NAME, '--path', '/other/'];
    sandbox().aws('iam', 'create-role', ...args, '--assume-role-policy-document', foreign);
    const { status, stderr } = sandbox().run(setup);
    assert.equal(status, 1);
    assert.match(stderr, /name is taken by .*role\/other\/dataflow-reader.*\nFailed at step 6\/7/);
    assert.deepEqual(readRole(sandbox())?.['AssumeRolePolicyDocument'], JSON.parse(foreign));
    const down = sandbox().run(teardown);
    assert.equal(down.status, 1);
    assert.match(down.stderr, /name is taken by .*\nFailed at step 2\/7 Find the AWS role/);
    assert.notEqual(readRole(sandbox()), undefined);
  });

  test('refuses another AWS account before it changes anything', () => {
    const { status, stderr } = sandbox().run(
      renderSetup(buildSettings('aws.accountId=999999999999')),
    );
    assert.equal(status, 1);
    assert.match(stderr, /signed in to account 123456789012, not 999999999999/);
    assert.deepEqual(sandbox().gcloud.read().calls, []);
    assert.equal(readRole(sandbox()), undefined);
  });

  test('does not wait for a project that does not exist', () => {
    sandbox().gcloud.set({ projects: [] });
    const { status, stderr } = sandbox().run(setup);
    assert.equal(status, 1);
    assert.match(stderr, /Project example-project does not exist.*Failed at step 4\/7/s);
    assert.doesNotMatch(stderr, /Waiting/);
    assert.equal(countCalls(sandbox(), 'projects add-iam-policy-binding'), 1);
  });

  test('names the bucket that does not exist', () => {
    sandbox().gcloud.set({ buckets: ['first'] });
    const script = renderSetup(buildSettings('google.buckets=first,second'));
    const { status, stderr } = sandbox().run(script);
    assert.equal(status, 1);
    assert.match(stderr, /gs:\/\/second not found: 404.*Failed at step 5\/7/s);
  });
});
