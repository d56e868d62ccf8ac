/** The role as the rendered setup makes it, read back from IAM, in front of an STS that verifies. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { env } from 'node:process';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { EXIT_CODES, PROGRAM } from '../../init/contract.ts';
import type { Role } from '../emulators/aws/roles.ts';
import { type Emulators, startEmulators } from '../emulators/start.ts';
import { setUpRole, WORKER } from './set-up-role.ts';

const EXECUTABLE = fileURLToPath(new URL(`../../dist/${PROGRAM}`, import.meta.url));

const LISTED = {
  email: 'listed@example-project.iam.gserviceaccount.com',
  uniqueId: '112233445566778899002',
};
const OTHER = {
  email: 'other@example-project.iam.gserviceaccount.com',
  uniqueId: '112233445566778899003',
};

type Outcome = { readonly status: number; readonly stdout: string; readonly stderr: string };

describe('the role that setup made', () => {
  let role: Role;
  let emulators: Emulators;

  before(async () => {
    assert.ok(existsSync(EXECUTABLE), 'the executable is missing; run: npm run build');
    role = await setUpRole(LISTED);
    emulators = await startEmulators({
      metadata: { serviceAccounts: [WORKER, LISTED, OTHER] },
      sts: { roles: [role] },
    });
  });
  after(() => emulators?.close());

  /** Lets the executable get credentials for the role with a token of the given account. */
  function getCredentials(serviceAccount: string, ...options: string[]): Promise<Outcome> {
    const args = ['credential-process', '--role-arn', role.arn, '--region', 'eu-west-1'];
    return new Promise((resolve) => {
      const child = execFile(
        EXECUTABLE,
        [...args, '--service-account', serviceAccount, '--deadline', '3', ...options],
        { env: { PATH: env['PATH'], ...emulators.environment } },
        (_error, stdout, stderr) => resolve({ status: child.exitCode ?? -1, stdout, stderr }),
      );
    });
  }

  async function assertRefused(attempt: Promise<Outcome>): Promise<void> {
    const { status, stdout, stderr } = await attempt;
    assert.equal(status, EXIT_CODES.refused, stderr);
    assert.match(stderr, /AccessDenied/);
    assert.equal(stdout, '');
  }

  for (const { email } of [WORKER, LISTED]) {
    test(`accepts the executable with the token of ${email}`, async () => {
      const { status, stdout, stderr } = await getCredentials(email);
      assert.equal(status, 0, stderr);
      assert.match(JSON.parse(stdout).AccessKeyId, /^ASIA/);
    });
  }

  test('refuses a token of another service account', async () => {
    await assertRefused(getCredentials(OTHER.email));
  });

  test('refuses a token for another audience', async () => {
    await assertRefused(getCredentials(WORKER.email, '--audience', 'gcp'));
  });

  const foreignClaims = [
    { what: 'whose azp is the e-mail, as impersonation makes it', claims: { azp: WORKER.email } },
    { what: 'whose azp is another account that is trusted', claims: { azp: LISTED.uniqueId } },
    { what: 'whose subject is another account that is trusted', claims: { sub: LISTED.uniqueId } },
  ];
  for (const { what, claims } of foreignClaims) {
    test(`refuses a token ${what}`, async () => {
      emulators.metadata.faults.always({ kind: 'token', claims });
      await assertRefused(getCredentials(WORKER.email));
      emulators.metadata.faults.clear();
    });
  }
});
