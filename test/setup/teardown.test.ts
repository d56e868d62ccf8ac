import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderSetup } from '../../manifests/setup/setup.ts';
import { renderTeardown } from '../../manifests/setup/teardown.ts';
import { buildSettings } from '../manifests/settings-fixture.ts';
import {
  ACCOUNT,
  EMAIL,
  OTHER_POLICY_ARN,
  ROLE_NAME,
  readAttachedPolicies,
  readRole,
  useSandbox,
} from './fixture.ts';

const setup = renderSetup(buildSettings());
const teardown = renderTeardown(buildSettings());
const sandbox = useSandbox();

describe('the rendered teardown', () => {
  test('leaves nothing of setup, and can be run again', () => {
    const everything = buildSettings('google.buckets=first', 'google.tokenCreator=true');
    sandbox().gcloud.set({ buckets: ['first'] });
    assert.equal(sandbox().run(renderSetup(everything)).status, 0);
    assert.equal(sandbox().gcloud.read().bindings.length, 3);
    for (const attempt of ['first', 'second']) {
      const { status, stdout, stderr } = sandbox().run(renderTeardown(everything));
      assert.equal(status, 0, `${attempt}: ${stderr}`);
      assert.equal(stdout, '');
      assert.deepEqual(sandbox().gcloud.read().bindings, []);
      assert.deepEqual(sandbox().gcloud.read().accounts, {});
      assert.equal(readRole(sandbox()), undefined);
    }
  });

  test('finishes after a failure in the middle', () => {
    sandbox().run(setup);
    sandbox().gcloud.set({ denied: ['projects remove-iam-policy-binding'] });
    const { status, stderr } = sandbox().run(teardown);
    assert.equal(status, 1);
    assert.match(stderr, /PERMISSION_DENIED.*Failed at step 5\/7 Revoke roles\/storage/s);
    assert.deepEqual(Object.keys(sandbox().gcloud.read().accounts), [EMAIL]);
    sandbox().gcloud.set({ denied: [] });
    assert.equal(sandbox().run(teardown).status, 0);
    assert.deepEqual(sandbox().gcloud.read().accounts, {});
  });

  test('keeps a role to which somebody attached another policy', () => {
    sandbox().run(setup);
    sandbox().aws(
      ...['iam', 'attach-role-policy', '--role-name', ROLE_NAME, '--policy-arn', OTHER_POLICY_ARN],
    );
    const { status, stderr } = sandbox().run(teardown);
    assert.notEqual(status, 0);
    assert.match(stderr, /DeleteConflict.*Failed at step 4\/7 Delete the AWS role/s);
    assert.deepEqual(readAttachedPolicies(sandbox()), [OTHER_POLICY_ARN]);
  });

  test('keeps an account that is given by its e-mail, and prints how to take its roles', () => {
    sandbox().gcloud.set({ accounts: { [EMAIL]: ACCOUNT }, buckets: ['first'] });
    const existing = buildSettings(
      ...[`google.serviceAccount=${EMAIL}`, 'google.buckets=first', 'google.tokenCreator=true'],
    );
    assert.equal(sandbox().run(renderSetup(existing)).status, 0);
    const granted = sandbox().gcloud.read().bindings;
    assert.equal(granted.length, 3);
    const { status, stderr } = sandbox().run(renderTeardown(existing));
    assert.equal(status, 0, stderr);
    assert.equal(readRole(sandbox()), undefined);
    const { accounts, bindings } = sandbox().gcloud.read();
    assert.deepEqual(Object.keys(accounts), [EMAIL]);
    assert.deepEqual(bindings, granted);
    const printed = stderr.match(/^ {2}gcloud .*$/gm) ?? [];
    assert.equal(sandbox().run(['set -e', ...printed].join('\n')).status, 0);
    assert.deepEqual(sandbox().gcloud.read().bindings, []);
  });
});
