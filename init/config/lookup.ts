import { asIdentityError } from '../errors.ts';
import { retry } from '../identity/retry.ts';
import { deriveRoleSessionName } from '../identity/session-name.ts';
import type { Clock, Environment, MetadataReader } from '../ports.ts';
import { type Given, noteValue } from './given.ts';
import { OPTIONS } from './options.ts';

/** Where there are problems already, the metadata server is asked, but not waited for. */
const HASTY_DEADLINE_MS = 1_000;

export interface Surroundings {
  env: Environment;
  hostName: string;
  metadata: MetadataReader;
  clock: Clock;
}

/**
 * Fills in from the metadata server what neither flags nor environment gave: role and region from
 * the attributes (instance, then project), and the role session name from the worker's names.
 * Asks nothing when nothing is missing.
 * @param deadlineMs how long to try, in milliseconds from now
 * @throws IdentityError ERR_METADATA_UNAVAILABLE, unless there are problems to report anyway
 */
export async function lookUpMissing(
  given: Given,
  surroundings: Surroundings,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<void> {
  const read = createRead(surroundings, given.problems.length > 0, deadlineMs, signal);
  await Promise.all([
    lookUpAttribute(given, 'roleArn', read),
    lookUpAttribute(given, 'region', read),
    lookUpSessionName(given, surroundings, read),
  ]);
}

type Read = (path: string) => Promise<string | undefined>;

function createRead(
  { metadata, clock }: Surroundings,
  hasty: boolean,
  deadlineMs: number,
  signal: AbortSignal,
): Read {
  const deadlineAtMs =
    clock.nowMs() + (hasty ? Math.min(deadlineMs, HASTY_DEADLINE_MS) : deadlineMs);
  return async (path) => {
    try {
      return await retry((trySignal) => metadata.read(path, trySignal), {
        deadlineAtMs,
        clock,
        signal,
      });
    } catch (error) {
      signal.throwIfAborted();
      if (hasty) return undefined;
      throw asIdentityError(error);
    }
  };
}

async function lookUpAttribute(
  given: Given,
  name: 'roleArn' | 'region',
  read: Read,
): Promise<void> {
  const { attribute, flag, variables } = OPTIONS[name];
  const isGiven = given.sources[name] !== undefined;
  if (isGiven || given.problems.some((problem) => problem.startsWith(`--${flag} `))) return;
  const [instance, project] = await Promise.all([
    read(`instance/attributes/${attribute}`),
    read(`project/attributes/${attribute}`),
  ]);
  const text = instance ?? project;
  if (text === undefined) {
    given.problems.push(
      `--${flag} is missing; give the flag, ${variables.join(' or ')}, or the metadata attribute ${attribute}`,
    );
    return;
  }
  const owner = instance === undefined ? 'project' : 'instance';
  noteValue(given, name, text.trim(), `${owner} metadata attribute ${attribute}`);
}

async function lookUpSessionName(
  given: Given,
  { env, hostName }: Surroundings,
  read: Read,
): Promise<void> {
  const hasProblem = given.problems.some((problem) => problem.startsWith('--role-session-name '));
  if (given.sources.roleSessionName !== undefined || hasProblem) return;
  if (env['KUBERNETES_SERVICE_HOST']) {
    given.values.roleSessionName = deriveRoleSessionName({ podName: env['HOSTNAME'] || hostName });
    given.sources.roleSessionName = "the pod's name";
    return;
  }
  const [jobId, instanceName] = await Promise.all([
    read('instance/attributes/job_id'),
    read('instance/name'),
  ]);
  given.values.roleSessionName = deriveRoleSessionName({ jobId, instanceName, hostName });
  given.sources.roleSessionName = instanceName ? "the VM's name" : "the host's name";
}
