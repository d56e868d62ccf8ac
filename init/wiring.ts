/** The adapters behind the ports. */
import { hostname } from 'node:os';
import { regionalHost } from './adapters/aws-endpoint.ts';
import { createCallerIdentitySource } from './adapters/caller-identity.ts';
import { createClock } from './adapters/clock.ts';
import * as disk from './adapters/disk.ts';
import { listen } from './adapters/http-server.ts';
import { releaseMemory } from './adapters/memory.ts';
import { createIdTokenSource, createMetadataReader } from './adapters/metadata.ts';
import { createS3Lister } from './adapters/s3-listing.ts';
import { makeScratchDirectory } from './adapters/scratch-directory.ts';
import * as shell from './adapters/shell.ts';
import { print } from './adapters/standard-streams.ts';
import { createRoleAssumer } from './adapters/sts.ts';
import { becomeCommand, runCommand, type WorkerCommand } from './adapters/worker-process.ts';
import type { DoctorPorts } from './commands/doctor.ts';
import type { CommandPorts } from './commands/ports.ts';
import type { Surroundings } from './config/lookup.ts';
import { type Settings, s3EndpointOf } from './config/settings.ts';
import type { Clock, Environment, Logger, Worker } from './ports.ts';

export const clock: Clock = createClock();

/** What the process has around it. */
export interface ProcessPorts {
  /** What COMMAND inherits: the environment as it was given to us. */
  env: Environment;
  log: Logger;
  /** Aborts when the process is told to end. */
  signal: AbortSignal;
}

/** Where settings are looked up that were not given. */
export function wireSurroundings(env: Environment): Surroundings {
  return { env, hostName: hostname(), metadata: createMetadataReader(), clock };
}

/** What `run`, `init`, `serve` and `credential-process` work with. */
export function wireCommand(settings: Settings, { env, log, signal }: ProcessPorts): CommandPorts {
  const idTokens = createIdTokenSource(settings.serviceAccount);
  const roles = createRoleAssumer({ ...settings, endpoint: settings.stsEndpoint });
  const federation = { idTokens, roles, clock, log };
  return { federation, disk, listen, env, signal, releaseMemory, print };
}

/** COMMAND of `run`, found already. */
export function wireWorker(command: WorkerCommand): Worker {
  return {
    run: (workerEnv) => runCommand(command, workerEnv),
    become: (workerEnv) => becomeCommand(command, workerEnv),
  };
}

/** `doctor` decides the settings on its way: it gets the adapters' makers. */
export function wireDoctor({ env, signal }: ProcessPorts): DoctorPorts {
  return {
    surroundings: wireSurroundings(env),
    idTokensOf: createIdTokenSource,
    stsOf: (settings) => ({
      roles: createRoleAssumer({ ...settings, endpoint: settings.stsEndpoint }),
      callers: createCallerIdentitySource({ ...settings, endpoint: settings.stsEndpoint }),
      endpoint: settings.stsEndpoint ?? `https://${regionalHost('sts', settings.region)}`,
    }),
    s3Of: ({ region }) => createS3Lister({ region, endpoint: s3EndpointOf(env) }),
    checkPort: async (port) => (await listen(port, () => ({ status: 503, body: '{}' }))).close(),
    makeScratchDirectory,
    ...{ disk, listen, shell, signal, print },
  };
}
