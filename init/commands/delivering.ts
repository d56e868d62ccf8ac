import { randomBytes } from 'node:crypto';
import { configurationError, type Settings } from '../config/settings.ts';
import { answerEndpointRequest } from '../deliver/endpoint.ts';
import { createFileSink } from '../deliver/file-sink.ts';
import type { DeliveredTo } from '../deliver/worker-environment.ts';
import { federate } from '../identity/federate.ts';
import type { CredentialState, RefreshPorts } from '../identity/refresh.ts';
import type { CredentialsSink } from '../ports.ts';
import type { CommandPorts, Endpoint } from './ports.ts';

/** The endpoint answers from the state itself: nothing is left to deliver. */
const MEMORY: CredentialsSink = { deliver: async () => {}, withdraw: async () => {} };

/** Wires recipe and delivery for the refresher. */
export function createRefreshPorts(
  settings: Settings,
  ports: CommandPorts,
): RefreshPorts & { sink: CredentialsSink } {
  const { federation, disk } = ports;
  return {
    federate: (signal) => federate(settings, federation, signal),
    sink:
      settings.deliver === 'file'
        ? createFileSink({ ...settings, credentialsFile: credentialsFileOf(settings) }, disk)
        : MEMORY,
    releaseMemory: ports.releaseMemory,
    clock: federation.clock,
    log: federation.log,
  };
}

type EndpointPorts = Pick<CommandPorts, 'listen' | 'disk'> & {
  federation: Pick<CommandPorts['federation'], 'clock'>;
};

export interface OpenEndpoint extends Endpoint {
  authorization: Extract<DeliveredTo, { kind: 'endpoint' }>['authorization'];
}

/**
 * Opens the endpoint over a state that may still be empty (it then answers 503), and writes its
 * authorization token to the token file where there is one.
 */
export async function openEndpoint(
  settings: Settings,
  state: CredentialState,
  { listen, disk, federation }: EndpointPorts,
): Promise<OpenEndpoint> {
  const token = randomBytes(32).toString('base64url');
  // In file delivery only /healthz is served.
  const authorizationToken = settings.deliver === 'endpoint' ? token : undefined;
  const endpoint = await listen(settings.port, (request, port) =>
    answerEndpointRequest(request, {
      state,
      authorizationToken,
      port,
      nowMs: federation.clock.nowMs(),
    }),
  );
  const { tokenFile, fileMode } = settings;
  if (tokenFile === undefined || authorizationToken === undefined) {
    return { ...endpoint, authorization: { token } };
  }
  // No line end: botocore and Go refuse a token that has one.
  await disk.writeAtomically(tokenFile, token, fileMode);
  return { ...endpoint, authorization: { tokenFile } };
}

/** The shared credentials file's path, which file delivery always has. */
export function credentialsFileOf({ credentialsFile }: Settings): string {
  if (credentialsFile !== undefined) return credentialsFile;
  throw configurationError(['--credentials-file is missing']);
}
