/** The role as the rendered setup makes it, read back from IAM. */

import assert from 'node:assert/strict';
import { renderSetup } from '../../manifests/setup/setup.ts';
import type { TrustPolicy } from '../../manifests/trust-policy.ts';
import type { Role } from '../emulators/aws/roles.ts';
import type { ServiceAccount } from '../emulators/google/id-token.ts';
import { buildSettings } from '../manifests/settings-fixture.ts';
import { CREATED_UNIQUE_ID } from './gcloud-state.ts';
import { startMoto } from './moto.ts';
import { createSandbox } from './sandbox.ts';

/** The account that setup makes. */
export const WORKER: ServiceAccount = {
  email: 'dataflow-worker@example-project.iam.gserviceaccount.com',
  uniqueId: CREATED_UNIQUE_ID,
};

type IamRole = {
  Arn: string;
  MaxSessionDuration: number;
  AssumeRolePolicyDocument: TrustPolicy;
};

/**
 * Runs the rendered setup against moto, and reads the role back with the aws command.
 * @param alsoTrusted an account that the settings list by its unique id
 */
export async function setUpRole(alsoTrusted: ServiceAccount): Promise<Role> {
  const moto = await startMoto();
  const sandbox = createSandbox(moto.url);
  try {
    const settings = buildSettings(`google.serviceAccountUniqueIds=${alsoTrusted.uniqueId}`);
    const { status, stderr } = sandbox.run(renderSetup(settings));
    assert.equal(status, 0, stderr);
    const answer = sandbox.aws('iam', 'get-role', '--role-name', settings.aws.role.name);
    const { Arn, MaxSessionDuration, AssumeRolePolicyDocument } = (answer as { Role: IamRole })
      .Role;
    return {
      arn: Arn,
      maxSessionDurationSeconds: MaxSessionDuration,
      trustPolicy: AssumeRolePolicyDocument,
    };
  } finally {
    sandbox.remove();
    await moto.close();
  }
}
