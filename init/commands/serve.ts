import type { Settings } from '../config/settings.ts';
import { ENDPOINT_HOST, EXIT_CODES } from '../contract.ts';
import { type CredentialState, keepFresh, refreshOnce } from '../identity/refresh.ts';
import { createRefreshPorts, openEndpoint } from './delivering.ts';
import type { CommandPorts } from './ports.ts';

/**
 * The refreshing half alone, for a Kubernetes native sidecar: endpoint or file, and `/healthz` with
 * both. Ends with 0 when it is told to end.
 */
export async function serve(settings: Settings, ports: CommandPorts): Promise<number> {
  const { signal, federation } = ports;
  const state: CredentialState = { credentials: undefined, failure: undefined };
  const refresh = createRefreshPorts(settings, ports);
  const endpoint = await openEndpoint(settings, state, ports);
  federation.log.info(`Listening on ${ENDPOINT_HOST}:${endpoint.port}`);
  try {
    await refreshOnce(state, refresh, signal);
    await keepFresh(state, refresh, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    endpoint.close();
  }
  return EXIT_CODES.ok;
}
