import { configurationError, type Settings } from '../config/settings.ts';
import { findShadowing } from '../deliver/shadowing.ts';
import { buildWorkerEnvironment, type DeliveredTo } from '../deliver/worker-environment.ts';
import { asIdentityError } from '../errors.ts';
import { type CredentialState, keepFresh, refreshOnce } from '../identity/refresh.ts';
import { createRefreshPorts, credentialsFileOf, openEndpoint } from './delivering.ts';
import type { CommandPorts, RunPorts } from './ports.ts';

/**
 * First credentials, then COMMAND with them; keeps them fresh while it lives.
 * @returns COMMAND's exit code
 * @throws IdentityError whatever keeps the credentials from COMMAND, which is then not started,
 *   unless `--on-error continue`
 */
export async function run(settings: Settings, ports: RunPorts): Promise<number> {
  await refuseShadowing(settings, ports);
  const state: CredentialState = { credentials: undefined, failure: undefined };
  if (settings.once) return await runOnce(settings, state, ports);
  return settings.deliver === 'file'
    ? await runFresh(settings, state, ports, inFile(settings))
    : await runWithEndpoint(settings, state, ports);
}

async function runOnce(
  settings: Settings,
  state: CredentialState,
  ports: RunPorts,
): Promise<never> {
  await firstCredentials(settings, state, ports);
  const expiration = state.credentials?.expiration.toISOString();
  if (expiration !== undefined) {
    ports.federation.log.warning('Written once, not refreshed (--once)', {
      expiration,
    });
  }
  return ports.worker.become(workerEnvironment(settings, ports, inFile(settings)));
}

async function runWithEndpoint(
  settings: Settings,
  state: CredentialState,
  ports: RunPorts,
): Promise<number> {
  const { port, authorization, close } = await openEndpoint(settings, state, ports);
  try {
    return await runFresh(settings, state, ports, { kind: 'endpoint', port, authorization });
  } finally {
    close();
  }
}

async function runFresh(
  settings: Settings,
  state: CredentialState,
  ports: RunPorts,
  delivered: DeliveredTo,
): Promise<number> {
  await firstCredentials(settings, state, ports);
  const working = ports.worker.run(workerEnvironment(settings, ports, delivered));
  const ended = new AbortController();
  const refreshing = keepFresh(state, createRefreshPorts(settings, ports), ended.signal);
  try {
    return await working;
  } finally {
    ended.abort();
    await refreshing;
  }
}

/** Whoever was told to end meanwhile does not start COMMAND: the signal was meant for it too. */
async function firstCredentials(
  settings: Settings,
  state: CredentialState,
  ports: CommandPorts,
): Promise<void> {
  const refresh = createRefreshPorts(settings, ports);
  try {
    await refreshOnce(state, refresh, ports.signal);
  } catch (error) {
    if (ports.signal.aborted || settings.onError === 'fail') throw error;
    await refresh.sink.withdraw();
    const { message, code } = asIdentityError(error);
    ports.federation.log.error(`Starting COMMAND WITHOUT AWS CREDENTIALS: ${message}`, { code });
  }
  ports.signal.throwIfAborted();
}

/** What would silently win over our credentials is a configuration error, named as such. */
async function refuseShadowing(settings: Settings, { disk, env }: CommandPorts): Promise<void> {
  const { deliver, profile, credentialsFile = '', configFile = '' } = settings;
  const problems = findShadowing({
    deliver,
    env,
    profile,
    files: [
      { path: credentialsFile, text: await disk.readIfPresent(credentialsFile) },
      { path: configFile, text: await disk.readIfPresent(configFile) },
    ],
  });
  if (problems.length > 0) throw configurationError(problems);
}

function inFile(settings: Settings): DeliveredTo {
  const { profile } = settings;
  return { kind: 'file', credentialsFile: credentialsFileOf(settings), profile };
}

function workerEnvironment(
  { region }: Settings,
  { env }: CommandPorts,
  delivered: DeliveredTo,
): Record<string, string> {
  return buildWorkerEnvironment(env, region, delivered);
}
