/** The trust policy of the AWS role: whose ID tokens STS exchanges for credentials. */

import { buildTrustPolicyFor, type TrustPolicy } from '../init/contract.ts';
import type { Settings } from './settings/table.ts';

export type { TrustPolicy };

/** Builds the trust policy for the service accounts with the given unique ids (digits). */
export function buildTrustPolicy(
  { federatedPrincipal, audience }: Settings['aws'],
  uniqueIds: readonly string[],
): TrustPolicy {
  return buildTrustPolicyFor(
    uniqueIds.map((uniqueId) => ({ federatedPrincipal, azp: uniqueId, audience, sub: uniqueId })),
  );
}

/** Renders the trust policy for google.serviceAccountUniqueIds as JSON text. */
export function renderTrustPolicy({ aws, google }: Settings): string {
  return `${JSON.stringify(buildTrustPolicy(aws, google.serviceAccountUniqueIds), null, 2)}\n`;
}
