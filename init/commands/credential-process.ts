import type { Settings } from '../config/settings.ts';
import { EXIT_CODES } from '../contract.ts';
import { formatCredentialProcess } from '../deliver/format.ts';
import { federate } from '../identity/federate.ts';
import type { CommandPorts } from './ports.ts';

/** Prints credential process JSON for an AWS SDK that started us; nothing else on stdout. */
export async function credentialProcess(settings: Settings, ports: CommandPorts): Promise<number> {
  const credentials = await federate(settings, ports.federation, ports.signal);
  ports.print(formatCredentialProcess(credentials));
  return EXIT_CODES.ok;
}
