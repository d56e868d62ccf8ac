/** The trust policy of the AWS role: whose ID tokens STS exchanges for credentials. */

import type { Settings } from './settings/table.ts';

type Statement = {
  readonly Effect: 'Allow';
  readonly Principal: { readonly Federated: string };
  readonly Action: 'sts:AssumeRoleWithWebIdentity';
  readonly Condition: { readonly StringEquals: { readonly [key: string]: string } };
};

export type TrustPolicy = { readonly Version: '2012-10-17'; readonly Statement: Statement[] };

/**
 * Builds the trust policy for the service accounts with the given unique ids (digits).
 *
 * AWS fills the condition keys of accounts.google.com from the ID token: `aud` from azp, `oaud` from
 * aud, `sub` from sub (Service Authorization Reference, AWS STS). All three are pinned: with only
 * `oaud` anybody's token for that audience would do, since whoever asks chooses the audience; with
 * only `aud` or `sub`, a token that the account sent to any other service could be replayed to AWS.
 *
 * One statement per account, because the keys of one StringEquals are compared independently: with
 * lists in it, a token with the azp of one account and the sub of another would be accepted.
 */
export function buildTrustPolicy(aws: Settings['aws'], uniqueIds: readonly string[]): TrustPolicy {
  const provider = conditionKeyPrefix(aws.federatedPrincipal);
  return {
    Version: '2012-10-17',
    Statement: uniqueIds.map((uniqueId) => ({
      Effect: 'Allow',
      Principal: { Federated: aws.federatedPrincipal },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          [`${provider}:aud`]: uniqueId,
          [`${provider}:oaud`]: aws.audience,
          [`${provider}:sub`]: uniqueId,
        },
      },
    })),
  };
}

/** Renders the trust policy for google.serviceAccountUniqueIds as JSON text. */
export function renderTrustPolicy({ aws, google }: Settings): string {
  return `${JSON.stringify(buildTrustPolicy(aws, google.serviceAccountUniqueIds), null, 2)}\n`;
}

/** An IAM OIDC provider's ARN ends with its URL, which is what its condition keys start with. */
function conditionKeyPrefix(federatedPrincipal: string): string {
  return federatedPrincipal.replace(/^arn:.*:oidc-provider\//, '');
}
