import type { Settings } from './settings/table.ts';

/** Builds the role's ARN: `arn:PARTITION:iam::ACCOUNT:role/PATH/NAME` (IAM identifiers reference). */
export function buildRoleArn(aws: Settings['aws']): string {
  return `arn:${aws.partition}:iam::${aws.accountId}:role${aws.role.path}${aws.role.name}`;
}
