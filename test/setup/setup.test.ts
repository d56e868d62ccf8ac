import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { renderSetup } from '../../manifests/setup/setup.ts';
import { renderTeardown } from '../../manifests/setup/teardown.ts';
import { buildTrustPolicy } from '../../manifests/trust-policy.ts';
import { buildSettings } from '../manifests/settings-fixture.ts';
import { type Moto, startMoto } from './moto.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

const EMAIL = 'dataflow-worker@example-project.iam.gserviceaccount.com';
const MEMBER = `serviceAccount:${EMAIL}`;
const UNIQUE_ID = '112233445566778899001';
const ROLE_ARN = 'arn:aws:iam::123456789012:role/dataflow-reader';
const POLICY_ARN = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';
const ACCOUNT = { uniqueId: UNIQUE_ID, unlisted: 0, ungrantable: 0 };

const settings = buildSettings();
const setup = renderSetup(settings);
const teardown = renderTeardown(settings);

let moto: Moto;
let sandbox: Sandbox;
before(async () => {
  moto = await startMoto();
});
after(() => moto.close());
beforeEach(async () => {
  await moto.reset();
  sandbox = createSandbox(moto.url);
});
afterEach(() => sandbox.remove());

function readRole(): { [key: string]: unknown } | undefined {
  const answer = sandbox.aws('iam', 'get-role', '--role-name', 'dataflow-reader');
  return (answer as { Role: { [key: string]: unknown } } | undefined)?.Role;
}

function readAttachedPolicies(): string[] {
  const answer = sandbox.aws(
    'iam',
    'list-attached-role-policies',
    '--role-name',
    'dataflow-reader',
  );
  const { AttachedPolicies } = answer as { AttachedPolicies: { PolicyArn: string }[] };
  return AttachedPolicies.map(({ PolicyArn }) => PolicyArn);
}

function countCalls(start: string): number {
  return sandbox.gcloud.read().calls.filter((call) => call.join(' ').startsWith(start)).length;
}

function assertIsSetUp(): void {
  const { accounts, bindings } = sandbox.gcloud.read();
  assert.deepEqual(Object.keys(accounts), [EMAIL]);
  assert.deepEqual(bindings, [
    `example-project roles/dataflow.worker ${MEMBER}`,
    `example-project roles/storage.objectAdmin ${MEMBER}`,
  ]);
  const role = readRole();
  assert.equal(role?.['Arn'], ROLE_ARN);
  assert.deepEqual(role['AssumeRolePolicyDocument'], buildTrustPolicy(settings.aws, [UNIQUE_ID]));
  assert.deepEqual(readAttachedPolicies(), [POLICY_ARN]);
}

describe('the rendered setup', () => {
  test('sets up two empty accounts and prints nothing but the role ARN', () => {
    const { status, stdout, stderr } = sandbox.run(setup);
    assert.equal(status, 0, stderr);
    assert.equal(stdout, `${ROLE_ARN}\n`);
    assert.match(stderr, /==> 1\/7 .*\n==> 2\/7 .*\n/);
    assert.match(
      stderr,
      /gcloud builds submit .* \\\n.*_AWS_ROLE_ARN=arn:.*,_AWS_REGION=eu-west-1\n/,
    );
    assertIsSetUp();
  });

  test('changes nothing when it is run again', () => {
    sandbox.run(setup);
    const { status, stdout, stderr } = sandbox.run(setup);
    assert.equal(status, 0, stderr);
    assert.equal(stdout, `${ROLE_ARN}\n`);
    assert.equal(countCalls('iam service-accounts create'), 1);
    assertIsSetUp();
  });

  test('brings an existing role up to date: trust policy, duration and policies', () => {
    sandbox.run(setup);
    const other = 'arn:aws:iam::aws:policy/AmazonSQSFullAccess';
    const changed = buildSettings(
      'aws.audience=https://example.com/aws',
      'aws.role.maxSessionDurationSeconds=7200',
      `aws.role.policyArns=${POLICY_ARN},${other}`,
      'google.serviceAccountUniqueIds=112233445566778899002',
    );
    const { status, stderr } = sandbox.run(renderSetup(changed));
    assert.equal(status, 0, stderr);
    const role = readRole();
    assert.equal(role?.['MaxSessionDuration'], 7200);
    assert.deepEqual(
      role['AssumeRolePolicyDocument'],
      buildTrustPolicy(changed.aws, [UNIQUE_ID, '112233445566778899002']),
    );
    assert.deepEqual(readAttachedPolicies().sort(), [POLICY_ARN, other]);
  });

  test('waits until a new account is listed and known to IAM', () => {
    sandbox.gcloud.set({ lag: { unlisted: 3, ungrantable: 4 } });
    const { status, stderr } = sandbox.run(setup);
    assert.equal(status, 0, stderr);
    assert.equal(stderr.match(/Waiting until IAM knows the service account/g)?.length, 4);
    assertIsSetUp();
  });

  test('gives up on an account that never shows up, and makes no role', () => {
    sandbox.gcloud.set({ lag: { unlisted: 1000, ungrantable: 0 } });
    const { status, stdout, stderr } = sandbox.run(setup);
    assert.equal(status, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /has not shown up\.\nFailed at step 3\/7 Wait for the unique id/);
    assert.equal(readRole(), undefined);
  });

  test('uses an existing account given by its e-mail, and refuses to go on without it', () => {
    const script = renderSetup(buildSettings(`google.serviceAccount=${EMAIL}`));
    const missing = sandbox.run(script);
    assert.equal(missing.status, 1);
    assert.match(missing.stderr, /There is no service account .*\nFailed at step 2\/7 Find the/);
    assert.equal(readRole(), undefined);
    sandbox.gcloud.set({ accounts: { [EMAIL]: ACCOUNT } });
    const { status, stderr } = sandbox.run(script);
    assert.equal(status, 0, stderr);
    assert.equal(countCalls('iam service-accounts create'), 0);
    assertIsSetUp();
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
      sandbox.gcloud.set({ denied: [start] });
      const { status, stdout, stderr } = sandbox.run(setup);
      assert.equal(status, 1);
      assert.equal(stdout, '');
      assert.match(stderr, /PERMISSION_DENIED/);
      assert.match(stderr, new RegExp(`Failed at step ${step.source}`));
      assert.equal(readRole(), undefined);
      sandbox.gcloud.set({ denied: [] });
      assert.equal(sandbox.run(setup).status, 0);
      assertIsSetUp();
    });
  }

  test('stops where a policy does not exist, and finishes once it does', () => {
    const arn = 'arn:aws:iam::123456789012:policy/late';
    const script = renderSetup(buildSettings(`aws.role.policyArns=${POLICY_ARN},${arn}`));
    const failed = sandbox.run(script);
    assert.notEqual(failed.status, 0);
    assert.match(failed.stderr, /NoSuchEntity.*Failed at step 7\/7 Attach the policies/s);
    const statement = '{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}';
    const document = `{"Version":"2012-10-17","Statement":[${statement}]}`;
    sandbox.aws('iam', 'create-policy', '--policy-name', 'late', '--policy-document', document);
    const { status, stderr } = sandbox.run(script);
    assert.equal(status, 0, stderr);
    assert.deepEqual(readAttachedPolicies().sort(), [arn, POLICY_ARN]);
  });

  test("refuses a role of the same name on another path, and leaves that role's trust alone", () => {
    const foreign = '{"Version":"2012-10-17","Statement":[]}';
    const args = ['--role-name', 'dataflow-reader', '--path', '/other/'];
    sandbox.aws('iam', 'create-role', ...args, '--assume-role-policy-document', foreign);
    const { status, stderr } = sandbox.run(setup);
    assert.equal(status, 1);
    assert.match(stderr, /name is taken by .*role\/other\/dataflow-reader.*\nFailed at step 6\/7/);
    assert.deepEqual(readRole()?.['AssumeRolePolicyDocument'], JSON.parse(foreign));
    const down = sandbox.run(teardown);
    assert.equal(down.status, 1);
    assert.match(down.stderr, /name is taken by .*\nFailed at step 2\/7 Find the AWS role/);
    assert.notEqual(readRole(), undefined);
  });

  test('refuses another AWS account before it changes anything', () => {
    const { status, stderr } = sandbox.run(
      renderSetup(buildSettings('aws.accountId=999999999999')),
    );
    assert.equal(status, 1);
    assert.match(stderr, /signed in to account 123456789012, not 999999999999/);
    assert.deepEqual(sandbox.gcloud.read().calls, []);
    assert.equal(readRole(), undefined);
  });

  test('names the bucket that does not exist', () => {
    sandbox.gcloud.set({ buckets: ['first'] });
    const script = renderSetup(buildSettings('google.buckets=first,second'));
    const { status, stderr } = sandbox.run(script);
    assert.equal(status, 1);
    assert.match(stderr, /gs:\/\/second not found: 404.*Failed at step 5\/7/s);
  });
});

describe('the rendered teardown', () => {
  test('leaves nothing of setup, and can be run again', () => {
    const everything = buildSettings('google.buckets=first', 'google.tokenCreator=true');
    sandbox.gcloud.set({ buckets: ['first'] });
    assert.equal(sandbox.run(renderSetup(everything)).status, 0);
    assert.equal(sandbox.gcloud.read().bindings.length, 3);
    for (const attempt of ['first', 'second']) {
      const { status, stdout, stderr } = sandbox.run(renderTeardown(everything));
      assert.equal(status, 0, `${attempt}: ${stderr}`);
      assert.equal(stdout, '');
      assert.deepEqual(sandbox.gcloud.read().bindings, []);
      assert.deepEqual(sandbox.gcloud.read().accounts, {});
      assert.equal(readRole(), undefined);
    }
  });

  test('finishes after a failure in the middle', () => {
    sandbox.run(setup);
    sandbox.gcloud.set({ denied: ['projects remove-iam-policy-binding'] });
    const { status, stderr } = sandbox.run(teardown);
    assert.equal(status, 1);
    assert.match(stderr, /PERMISSION_DENIED.*Failed at step 5\/7 Revoke roles\/storage/s);
    assert.deepEqual(Object.keys(sandbox.gcloud.read().accounts), [EMAIL]);
    sandbox.gcloud.set({ denied: [] });
    assert.equal(sandbox.run(teardown).status, 0);
    assert.deepEqual(sandbox.gcloud.read().accounts, {});
  });

  test('keeps a role to which somebody attached another policy', () => {
    sandbox.run(setup);
    const other = 'arn:aws:iam::aws:policy/AmazonSQSFullAccess';
    sandbox.aws(
      ...['iam', 'attach-role-policy', '--role-name', 'dataflow-reader', '--policy-arn', other],
    );
    const { status, stderr } = sandbox.run(teardown);
    assert.notEqual(status, 0);
    assert.match(stderr, /DeleteConflict.*Failed at step 4\/7 Delete the AWS role/s);
    assert.deepEqual(readAttachedPolicies(), [other]);
  });

  test('keeps an account that is given by its e-mail', () => {
    sandbox.gcloud.set({ accounts: { [EMAIL]: ACCOUNT } });
    const existing = buildSettings(`google.serviceAccount=${EMAIL}`);
    assert.equal(sandbox.run(renderSetup(existing)).status, 0);
    assert.equal(sandbox.run(renderTeardown(existing)).status, 0);
    const { accounts, bindings } = sandbox.gcloud.read();
    assert.deepEqual(Object.keys(accounts), [EMAIL]);
    assert.deepEqual(bindings, []);
  });
});
