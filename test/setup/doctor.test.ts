/** `doctor` in front of the role that the rendered setup made: it names why a token is refused. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EXIT_CODES } from '../../init/contract.ts';
import type { Report, Step } from '../../init/doctor/report.ts';
import type { Role } from '../emulators/aws/roles.ts';
import type { ServiceAccount } from '../emulators/google/id-token.ts';
import { createScene, type Scene } from '../end-to-end/scene.ts';
import { setUpRole, WORKER } from './set-up-role.ts';

const LISTED: ServiceAccount = {
  email: 'listed@example-project.iam.gserviceaccount.com',
  uniqueId: '112233445566778899002',
};
const OTHER: ServiceAccount = {
  email: 'other@example-project.iam.gserviceaccount.com',
  uniqueId: '112233445566778899003',
};

interface Refused {
  what: string;
  says: RegExp;
  args?: readonly string[];
  /** Claims that replace those of the worker's token. */
  claims?: Record<string, string>;
}

const REFUSED: readonly Refused[] = [
  {
    what: 'a token of another service account',
    says: /another service account than this worker's \(other@.*, unique id 112233445566778899003\)/,
    args: ['--service-account', OTHER.email],
  },
  {
    what: 'a token for another audience',
    says: /The audience is gcp \(--audience\), not the usual sts\.amazonaws\.com/,
    args: ['--audience', 'gcp'],
  },
  {
    what: 'a token whose azp is the e-mail',
    says: /The token's azp is an e-mail, dataflow-worker@.*: it was made by impersonation/,
    claims: { azp: WORKER.email },
  },
  {
    what: 'a token whose azp is another account that is trusted',
    says: /azp \(112233445566778899002\) and sub \(109876543210987654321\) are not the same/,
    claims: { azp: LISTED.uniqueId },
  },
  {
    what: 'a role under another path',
    says: /There may be no such role.*role-arn from --role-arn/,
    args: ['--role-arn', 'arn:aws:iam::123456789012:role/other/path/dataflow-reader'],
  },
];

describe('doctor and the role that setup made', async () => {
  const made = await setUpRole(LISTED);

  /** The role with a trust policy of its own, and emulators that have it. */
  async function createRoleScene(t: Parameters<typeof createScene>[0]) {
    const role: Role = { ...made };
    const metadata = { serviceAccounts: [WORKER, LISTED, OTHER] };
    const scene = await createScene(t, { metadata, sts: { roles: [role] } });
    return { scene, role };
  }

  for (const { email } of [WORKER, LISTED]) {
    test(`finds nothing wrong with the token of ${email}`, async (t) => {
      const { scene, role } = await createRoleScene(t);
      const { steps, exitCode } = await diagnose(scene, role, ['--service-account', email]);
      assert.equal(exitCode, EXIT_CODES.ok);
      assert.ok(steps.every(({ status }) => status === 'ok'));
    });
  }

  for (const { what, says, args = [], claims } of REFUSED) {
    test(`names ${what}`, async (t) => {
      const { scene, role } = await createRoleScene(t);
      if (claims) scene.metadata.faults.always({ kind: 'token', claims });
      const { steps, exitCode } = await diagnose(scene, role, args);
      assert.equal(exitCode, EXIT_CODES.refused);
      const { findings } = stsStep(steps);
      assert.match(findings[0]?.problem ?? '', /AccessDenied/);
      assert.ok(
        findings.some(({ problem }) => says.test(problem)),
        JSON.stringify(findings),
      );
    });
  }

  for (const { what, args = [], claims } of REFUSED.slice(0, -1)) {
    test(`prints the trust policy that accepts ${what}`, async (t) => {
      const { scene, role } = await createRoleScene(t);
      if (claims) scene.metadata.faults.always({ kind: 'token', claims });
      const { trustPolicy } = stsStep((await diagnose(scene, role, args)).steps);
      assert.ok(trustPolicy);
      role.trustPolicy = trustPolicy;
      assert.equal((await diagnose(scene, role, args)).exitCode, EXIT_CODES.ok);
      scene.metadata.faults.clear();
      const others = await diagnose(scene, role, ['--service-account', LISTED.email]);
      assert.equal(others.exitCode, EXIT_CODES.refused);
    });
  }
});

async function diagnose(scene: Scene, role: Role, args: readonly string[]): Promise<Report> {
  const { stdout, stderr } = await scene.run(['doctor', '--json', '--role-arn', role.arn, ...args]);
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

function stsStep(steps: readonly Step[]): Step {
  const step = steps.find(({ name }) => name === 'STS');
  assert.ok(step);
  return step;
}
