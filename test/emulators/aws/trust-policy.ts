/** Evaluation of a role's trust policy, as IAM does it for AssumeRoleWithWebIdentity. */
import { type ConditionBlock, type ConditionContext, conditionsHold } from './condition.ts';
import { matchesWildcard } from './wildcard.ts';

/** A trust policy as IAM stores it. */
export interface TrustPolicy {
  Version?: string;
  Statement: TrustStatement | TrustStatement[];
}

export interface TrustStatement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Principal: { Federated?: string | string[]; [kind: string]: string | string[] | undefined } | '*';
  Action: string | string[];
  Condition?: ConditionBlock;
}

/** Who asks to do what, and what is known about the request. */
export interface TrustRequest {
  /** `sts:AssumeRoleWithWebIdentity` */
  action: string;
  /** `accounts.google.com`, or the ARN of an IAM OIDC provider. */
  federatedPrincipal: string;
  context: ConditionContext;
}

/**
 * Whether the policy lets the request pass: some statement allows it and none denies it.
 * What this evaluation does not know never lets a request pass.
 * Source: IAM user guide, "Policy evaluation logic".
 */
export function isAllowed(policy: TrustPolicy, request: TrustRequest): boolean {
  const matching = [policy.Statement].flat().filter((statement) => matches(statement, request));
  return (
    matching.some(({ Effect }) => Effect === 'Allow') &&
    !matching.some(({ Effect }) => Effect === 'Deny')
  );
}

function matches(statement: TrustStatement, request: TrustRequest): boolean {
  return (
    principalMatches(statement.Principal, request.federatedPrincipal) &&
    actionMatches(statement.Action, request.action) &&
    conditionsHold(statement.Condition ?? {}, request.context, {
      // A condition that cannot be judged must neither open an Allow nor disarm a Deny.
      unknownOperator: statement.Effect === 'Deny',
    })
  );
}

function principalMatches(principal: TrustStatement['Principal'], federated: string): boolean {
  if (principal === '*') return true;
  return [principal?.Federated ?? []].flat().includes(federated);
}

/** Actions match without regard to case, with `*` and `?` as wildcards. */
function actionMatches(patterns: string | string[] | undefined, action: string): boolean {
  return [patterns ?? []]
    .flat()
    .some((pattern) => matchesWildcard(pattern.toLowerCase(), action.toLowerCase()));
}
