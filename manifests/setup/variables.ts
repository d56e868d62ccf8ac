import { buildRoleArn } from '../role-arn.ts';
import { resolveServiceAccount } from '../service-account.ts';
import type { Settings } from '../settings/table.ts';

/** Shell variables that setup and teardown share; the only place where settings enter the scripts. */
export function sharedVariables({ google, aws }: Settings): { [name: string]: string } {
  const account = resolveServiceAccount(google);
  return {
    project: google.project,
    service_account: account.email,
    service_account_project: account.project,
    aws_account: aws.accountId,
    aws_region: aws.region,
    role_name: aws.role.name,
    role_arn: buildRoleArn(aws),
  };
}
