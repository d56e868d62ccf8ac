/** IAM roles as the STS emulator knows them. */
import { createHash } from 'node:crypto';
import type { TrustPolicy } from './trust-policy.ts';

export interface Role {
  /** `arn:PARTITION:iam::ACCOUNT:role/[PATH/]NAME` */
  arn: string;
  trustPolicy: TrustPolicy;
  /** IAM's MaxSessionDuration, 3600 to 43200; default 3600. */
  maxSessionDurationSeconds?: number;
}

/** The ARN and the unique id of a session of a role; the path is not part of the ARN. */
export function buildAssumedRole(role: Role, sessionName: string): { arn: string; id: string } {
  const [, partition, , , account, resource = ''] = role.arn.split(':');
  const name = resource.split('/').at(-1);
  return {
    arn: `arn:${partition}:sts::${account}:assumed-role/${name}/${sessionName}`,
    id: `${buildRoleId(role.arn)}:${sessionName}`,
  };
}

/** The account of an ARN. */
export function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}

/** `AROA…`, the same for the same ARN. */
function buildRoleId(arn: string): string {
  return `AROA${createHash('sha256').update(arn).digest('hex').slice(0, 17).toUpperCase()}`;
}
