/** A worker where every step of doctor passes, to be broken in one place at a time. */
import { explainStsFailure } from '../../../init/adapters/sts.ts';
import { type DoctorPorts, doctor } from '../../../init/commands/doctor.ts';
import type { Flags } from '../../../init/config/arguments.ts';
import { readGiven } from '../../../init/config/given.ts';
import type { S3Answer } from '../../../init/doctor/ports.ts';
import type { IdentityError } from '../../../init/errors.ts';
import type { RoleAssumer } from '../../../init/ports.ts';
import { createFakeClock, type FakeClock } from '../fake-clock.ts';
import { buildIdToken, CREDENTIALS, ROLE_ARN } from '../identity-fixtures.ts';

export const EMAIL = 'dataflow-worker@example-project.iam.gserviceaccount.com';
export const CALLER_ARN = 'arn:aws:sts::123456789012:assumed-role/reader/wordcount-x7k2';

export interface Worker {
  env: Record<string, string>;
  flags: Flags;
  metadata: Record<string, string>;
  /** Files that are there, by path. */
  files: Record<string, string>;
  s3Answer: S3Answer;
  shellExitCode: number;
  ports: Partial<DoctorPorts>;
  clock: FakeClock;
  fetchIdToken(): Promise<string>;
  assumeRole: RoleAssumer['assumeRole'];
  fetchCallerArn(): Promise<string>;
}

/** The whole worker; what is given takes the place of what works. */
export function createWorker(given: Partial<Worker> = {}): Worker {
  return {
    env: { HOME: '/home/worker', AWS_ROLE_ARN: ROLE_ARN, AWS_REGION: 'eu-west-1' },
    flags: {},
    metadata: {
      'project/project-id': 'example-project',
      'instance/service-accounts/default/email': EMAIL,
      'instance/name': 'wordcount-x7k2',
    },
    files: {},
    s3Answer: { status: 200, code: undefined, bucketRegion: 'eu-west-1', keyCount: 1 },
    shellExitCode: 0,
    ports: {},
    clock: createFakeClock(),
    fetchIdToken: async () => buildIdToken(),
    assumeRole: async () => CREDENTIALS,
    fetchCallerArn: async () => CALLER_ARN,
    ...given,
  };
}

export interface Diagnosis {
  exitCode: number;
  printed: string;
  /** What was done outside, in order, such as `assumeRole` or `run env`. */
  done: readonly string[];
}

/** Lets doctor examine the worker. */
export async function diagnose(worker: Worker, signal?: AbortSignal): Promise<Diagnosis> {
  const done: string[] = [];
  const printed: string[] = [];
  const given = readGiven('doctor', worker.flags, worker.env);
  const ports = { ...createPorts(worker, done, signal), ...worker.ports };
  const exitCode = await doctor(given, { ...ports, print: (text) => printed.push(text) });
  return { exitCode, printed: printed.join('\n'), done };
}

/** STS's refusal, as the adapter passes it on. */
export function stsError(name: string, message: string, httpStatusCode = 403): IdentityError {
  return explainStsFailure(
    Object.assign(new Error(message), { name, $metadata: { httpStatusCode } }),
  );
}

function createPorts(worker: Worker, done: string[], signal?: AbortSignal): DoctorPorts {
  const { env, clock, files } = worker;
  const note = <T>(what: string, value: T): T => {
    done.push(what);
    return value;
  };
  return {
    surroundings: {
      env,
      clock,
      hostName: 'host-1',
      metadata: {
        read: async (path) => {
          clock.advance(4);
          return worker.metadata[path];
        },
      },
    },
    idTokensOf: () => ({ fetchIdToken: () => note('fetchIdToken', worker.fetchIdToken()) }),
    stsOf: () => ({
      endpoint: 'https://sts.eu-west-1.amazonaws.com',
      roles: { assumeRole: (...args) => note('assumeRole', worker.assumeRole(...args)) },
      callers: { fetchCallerArn: () => note('fetchCallerArn', worker.fetchCallerArn()) },
    }),
    s3Of: () => ({
      endpoint: 'https://s3.eu-west-1.amazonaws.com',
      listOne: async ({ bucket }) => note(`list ${bucket}`, worker.s3Answer),
    }),
    disk: {
      readOwnFile: async (path) => files[path],
      readIfPresent: async (path = '') => files[path],
      checkWritable: async () => {},
      writeAtomically: async (path) => note(`write ${path}`, undefined),
    },
    listen: async (port) =>
      note(`listen ${port}`, { port: 40_000, close: () => note('close', undefined) }),
    checkPort: async () => {},
    shell: {
      exists: () => true,
      run: async (commandLine, environment) => {
        const variables = Object.keys(environment).filter((name) => !(name in env));
        return note(`run ${commandLine} with ${variables.sort()}`, worker.shellExitCode);
      },
    },
    makeScratchDirectory: async () => ({
      path: '/tmp/scratch',
      remove: async () => note('remove', undefined),
    }),
    signal: signal ?? new AbortController().signal,
    print: () => {},
  };
}
