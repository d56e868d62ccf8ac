import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { CallerIdentitySource } from '../doctor/ports.ts';
import { IdentityError, withoutSecrets } from '../errors.ts';
import { createStsClient, explainStsFailure, type RoleRequest } from './sts.ts';

const REQUEST_TIMEOUT_MS = 10_000;

/** Asks STS who holds credentials: one signed GetCallerIdentity, which needs no permission. */
export function createCallerIdentitySource(
  endpoint: Pick<RoleRequest, 'region' | 'endpoint'>,
): CallerIdentitySource {
  return {
    async fetchCallerArn(credentials, signal) {
      const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]);
      const client = createStsClient(endpoint, credentials);
      const { Arn } = await client
        .send(new GetCallerIdentityCommand({}), { abortSignal })
        .catch((error: unknown) => {
          throw notAccepted(error);
        });
      if (Arn !== undefined) return Arn;
      throw new IdentityError('ERR_PROTOCOL', 'STS did not say who the caller is');
    },
  };
}

/** STS refused what it gave a moment ago: an answer that makes no sense, unless it is failing. */
function notAccepted(error: unknown): IdentityError {
  const failure = explainStsFailure(error);
  if (failure.code === 'ERR_TEMPORARY') return failure;
  const reason = error instanceof Error ? withoutSecrets(`${error.name}: ${error.message}`) : '';
  return new IdentityError(
    'ERR_PROTOCOL',
    `STS did not accept the new credentials (GetCallerIdentity): ${reason}`,
    { cause: error, hint: "is this machine's clock right?" },
  );
}
