import type { Settings } from '../config/settings.ts';
import { EXIT_CODES } from '../contract.ts';
import { type CredentialState, refreshOnce } from '../identity/refresh.ts';
import { createRefreshPorts } from './delivering.ts';
import type { CommandPorts } from './ports.ts';

/** Writes the shared credentials file once: a Kubernetes init container, the classic step. */
export async function init(settings: Settings, ports: CommandPorts): Promise<number> {
  const state: CredentialState = { credentials: undefined, failure: undefined };
  await refreshOnce(state, createRefreshPorts(settings, ports), ports.signal);
  return EXIT_CODES.ok;
}
