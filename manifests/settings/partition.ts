/** What no setting shows alone: every ARN must be of the partition that the role is in. */

import type { Settings } from './table.ts';

/**
 * Lists the ARNs of another partition than aws.partition, each with its key and what is allowed.
 * IAM refuses them only when setup is half done: partitions share nothing (AWS, "ARN format").
 */
export function findPartitionProblems({ aws }: Settings): readonly string[] {
  const arns = [
    ['aws.federatedPrincipal', aws.federatedPrincipal],
    ...aws.role.policyArns.map((arn) => ['aws.role.policyArns', arn] as const),
  ] as const;
  return arns
    .filter(([, arn]) => arn.startsWith('arn:') && arn.split(':')[1] !== aws.partition)
    .map(
      ([key, arn]) =>
        `${key}: "${arn}" is of another partition; must start with arn:${aws.partition}: (aws.partition)`,
    );
}
