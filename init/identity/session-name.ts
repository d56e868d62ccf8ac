import { LIMITS } from '../contract.ts';

/** What is known of where we run; each part may be missing. */
export interface WorkerNames {
  /** The Dataflow job's id, where the VM's metadata attributes carry it. */
  jobId?: string | undefined;
  /** The VM's name; on Dataflow it holds the job's name and the worker's own suffix. */
  instanceName?: string | undefined;
  podName?: string | undefined;
  hostName?: string | undefined;
}

const FALLBACK = 'dataflow-aws-identity';

/**
 * Derives a role session name that tells in CloudTrail who called: the pod, or the Dataflow job and
 * worker, or the host. Always valid: 2–64 characters of `[\w+=,.@-]` (AssumeRoleWithWebIdentity).
 */
export function deriveRoleSessionName(names: WorkerNames): string {
  const { jobId, instanceName, podName, hostName } = names;
  if (podName) return fitSessionName(podName);
  if (instanceName && jobId) return joinSessionName(jobId, instanceName);
  return fitSessionName(instanceName || hostName || FALLBACK);
}

/** Makes any text a valid role session name; what is too long keeps its head and its tail. */
export function fitSessionName(text: string): string {
  const { min, max } = LIMITS.roleSessionName;
  const valid = text.replace(/[^\w+=,.@-]/g, '-');
  if (valid.length < min) return valid === '' ? FALLBACK : `${FALLBACK}-${valid}`;
  if (valid.length <= max) return valid;
  const tailLength = Math.floor(max / 3);
  return `${valid.slice(0, max - tailLength - 1)}-${valid.slice(-tailLength)}`;
}

/** The job's id whole, then as much of the worker's tail, its own part, as fits. */
function joinSessionName(jobId: string, instanceName: string): string {
  const room = LIMITS.roleSessionName.max - jobId.length - 1;
  if (room < 8) return fitSessionName(`${jobId}@${instanceName}`);
  return fitSessionName(`${jobId}@${instanceName.slice(-room)}`);
}
