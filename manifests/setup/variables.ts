import { buildRoleArn } from '../role-arn.ts';
import { resolveServiceAccount } from '../service-account.ts';
import type { Settings } from '../settings/table.ts';

/** The shell variables of the scripts: where settings enter them, beside the lists of the steps. */
export function buildVariables({ google, aws }: Settings): { readonly [name: string]: string } {
  const account = resolveServiceAccount(google);
  return {
    project: google.project,
    service_account: account.email,
    service_account_id: account.idToCreate ?? '',
    service_account_project: account.project,
    aws_account: aws.accountId,
    aws_region: aws.region,
    role_name: aws.role.name,
    role_path: aws.role.path,
    role_arn: buildRoleArn(aws),
    max_session_duration: String(aws.role.maxSessionDurationSeconds),
  };
}
