/** What the tests of the rendered scripts share: settings, a sandbox for each test, a look at IAM. */

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach } from 'node:test';
import { buildTrustPolicy } from '../../manifests/trust-policy.ts';
import { buildSettings } from '../manifests/settings-fixture.ts';
import { CREATED_UNIQUE_ID } from './gcloud-state.ts';
import { type Moto, startMoto } from './moto.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

export const EMAIL = 'dataflow-worker@example-project.iam.gserviceaccount.com';
export const UNIQUE_ID = CREATED_UNIQUE_ID;
export const ACCOUNT = { uniqueId: UNIQUE_ID, unlisted: 0, ungrantable: 0 };
export const ROLE_NAME = 'dataflow-reader';
export const ROLE_ARN = `arn:aws:iam::123456789012:role/${ROLE_NAME}`;
export const POLICY_ARN = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';
export const OTHER_POLICY_ARN = 'arn:aws:iam::aws:policy/AmazonSQSFullAccess';

/** Starts moto for the file, and gives each test two empty clouds. Returns the test's sandbox. */
export function useSandbox(): () => Sandbox {
  let moto: Moto;
  let sandbox: Sandbox;
  before(async () => {
    moto = await startMoto();
  });
  after(() => moto?.close());
  beforeEach(async () => {
    await moto.reset();
    sandbox = createSandbox(moto.url);
  });
  afterEach(() => sandbox.remove());
  return () => sandbox;
}

/** The role as IAM has it; undefined where there is none. */
export function readRole(sandbox: Sandbox): { readonly [key: string]: unknown } | undefined {
  const answer = sandbox.aws('iam', 'get-role', '--role-name', ROLE_NAME);
  return (answer as { Role: { [key: string]: unknown } } | undefined)?.Role;
}

export function readAttachedPolicies(sandbox: Sandbox): string[] {
  const answer = sandbox.aws('iam', 'list-attached-role-policies', '--role-name', ROLE_NAME);
  const { AttachedPolicies } = answer as { AttachedPolicies: { PolicyArn: string }[] };
  return AttachedPolicies.map(({ PolicyArn }) => PolicyArn).sort();
}

/** How often gcloud was called with a command that starts so. */
export function countCalls(sandbox: Sandbox, start: string): number {
  return sandbox.gcloud.read().calls.filter((call) => call.join(' ').startsWith(start)).length;
}

/** Asserts that both clouds are as setup with the usual settings leaves them. */
export function assertIsSetUp(sandbox: Sandbox): void {
  const member = `serviceAccount:${EMAIL}`;
  const { accounts, bindings } = sandbox.gcloud.read();
  assert.deepEqual(Object.keys(accounts), [EMAIL]);
  assert.deepEqual(bindings, [
    `example-project roles/dataflow.worker ${member}`,
    `example-project roles/storage.objectAdmin ${member}`,
  ]);
  const role = readRole(sandbox);
  assert.equal(role?.['Arn'], ROLE_ARN);
  const trustPolicy = buildTrustPolicy(buildSettings().aws, [UNIQUE_ID]);
  assert.deepEqual(role['AssumeRolePolicyDocument'], trustPolicy);
  assert.deepEqual(readAttachedPolicies(sandbox), [POLICY_ARN]);
}
