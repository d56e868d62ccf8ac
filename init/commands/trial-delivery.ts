import { join } from 'node:path';
import type { Settings } from '../config/settings.ts';
import { createFileSink } from '../deliver/file-sink.ts';
import { buildWorkerEnvironment } from '../deliver/worker-environment.ts';
import type { TrialDelivery } from '../doctor/ports.ts';
import type { Clock, Credentials, Disk, Environment } from '../ports.ts';
import { openEndpoint } from './delivering.ts';
import type { Listen } from './ports.ts';

export interface TrialPorts {
  env: Environment;
  disk: Disk;
  listen: Listen;
  clock: Clock;
  makeScratchDirectory(): Promise<{ path: string; remove(): Promise<void> }>;
}

/**
 * Delivers credentials for a trial as `run` would, but leaves the user's own things alone: the
 * endpoint gets a free port, the file a scratch directory.
 */
export async function deliverForTrial(
  settings: Settings,
  credentials: Credentials,
  ports: TrialPorts,
): Promise<TrialDelivery> {
  return settings.deliver === 'file'
    ? await deliverToScratchFile(settings, credentials, ports)
    : await deliverByEndpoint(settings, credentials, ports);
}

async function deliverByEndpoint(
  settings: Settings,
  credentials: Credentials,
  ports: TrialPorts,
): Promise<TrialDelivery> {
  const free = { ...settings, port: undefined, tokenFile: undefined };
  const state = { credentials, failure: undefined };
  const { port, authorization, close } = await openEndpoint(free, state, {
    ...ports,
    federation: ports,
  });
  const delivered = { kind: 'endpoint', port, authorization } as const;
  return {
    env: buildWorkerEnvironment(ports.env, settings.region, delivered),
    end: async () => close(),
  };
}

async function deliverToScratchFile(
  { profile, fileMode, region }: Settings,
  credentials: Credentials,
  { env, disk, makeScratchDirectory }: TrialPorts,
): Promise<TrialDelivery> {
  const { path, remove } = await makeScratchDirectory();
  const credentialsFile = join(path, 'credentials');
  try {
    await createFileSink({ credentialsFile, profile, fileMode }, disk).deliver(credentials);
  } catch (error) {
    await remove();
    throw error;
  }
  const delivered = { kind: 'file', credentialsFile, profile } as const;
  return { env: buildWorkerEnvironment(env, region, delivered), end: remove };
}
