import { CREDENTIALS_PATH, ENDPOINT_HOST, VARIABLES, WORKER_VARIABLES } from '../contract.ts';
import type { Environment } from '../ports.ts';
import { MISLEADING_VARIABLES } from './shadowing.ts';

/** What was delivered where; paths are absolute. */
export type DeliveredTo =
  | { kind: 'endpoint'; port: number; authorization: { token: string } | { tokenFile: string } }
  | { kind: 'file'; credentialsFile: string; profile: string };

/**
 * The environment that COMMAND gets: its own, both region variables (boto3 and the C++ SDK read
 * only the second), no detour to Google's metadata server for AWS credentials, and what the
 * delivery needs.
 */
export function buildWorkerEnvironment(
  env: Environment,
  region: string,
  delivered: DeliveredTo,
): Record<string, string> {
  const misleading = MISLEADING_VARIABLES[delivered.kind];
  const inherited = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !misleading.includes(entry[0]),
  );
  return {
    ...Object.fromEntries(inherited),
    [VARIABLES.region]: region,
    [VARIABLES.defaultRegion]: region,
    [WORKER_VARIABLES.metadataDisabled]: 'true',
    ...deliveryVariables(delivered),
  };
}

function deliveryVariables(delivered: DeliveredTo): Record<string, string> {
  if (delivered.kind === 'file') {
    const { credentialsFile, profile } = delivered;
    return {
      [VARIABLES.credentialsFile]: credentialsFile,
      ...(profile === 'default' ? {} : { [VARIABLES.profile]: profile }),
    };
  }
  const { port, authorization } = delivered;
  return {
    [WORKER_VARIABLES.endpointUrl]: `http://${ENDPOINT_HOST}:${port}${CREDENTIALS_PATH}`,
    ...('token' in authorization
      ? { [WORKER_VARIABLES.endpointToken]: authorization.token }
      : { [WORKER_VARIABLES.endpointTokenFile]: authorization.tokenFile }),
  };
}
