import { setImmediate } from 'node:timers/promises';
import type { CommandPorts, RunPorts } from '../../../init/commands/ports.ts';
import type { Settings } from '../../../init/config/settings.ts';
import type { EndpointRequest, EndpointResponse } from '../../../init/deliver/endpoint.ts';
import type { IdentityError } from '../../../init/errors.ts';
import type { Environment } from '../../../init/ports.ts';
import { createFakeClock, type FakeClock, NOON_MS } from '../fake-clock.ts';
import { AUDIENCE, buildIdToken, credentialsUntil, ROLE_ARN } from '../identity-fixtures.ts';
import { createRecordingLogger, type RecordingLogger } from '../recording-logger.ts';

const HOUR_MS = 3_600_000;
const FREE_PORT = 40_001;

export const CREDENTIALS_FILE = '/home/beam/.aws/credentials';

/** Settings as they are decided for `run`, changed where a test needs it. */
export function settingsWith(changes: Partial<Settings> = {}): Settings {
  return {
    roleArn: ROLE_ARN,
    region: 'eu-west-1',
    roleSessionName: 'reader',
    audience: AUDIENCE,
    durationSeconds: 3600,
    serviceAccount: 'default',
    policyArns: [],
    policy: undefined,
    deliver: 'endpoint',
    once: false,
    credentialsFile: CREDENTIALS_FILE,
    configFile: '/home/beam/.aws/config',
    profile: 'default',
    fileMode: 0o600,
    port: undefined,
    tokenFile: undefined,
    deadlineMs: 45_000,
    onError: 'fail',
    stsEndpoint: undefined,
    sources: {},
    ...changes,
  };
}

export interface FakePortsOptions {
  env?: Environment;
  /** Files that are there at first. */
  files?: Record<string, string>;
  /** What STS answers to the call of this number, counted from one; undefined for credentials. */
  failure?: (call: number) => IdentityError | undefined;
  /** What COMMAND does; its exit code. */
  work?: (env: Record<string, string>, ports: FakePorts) => Promise<number>;
}

export interface FakePorts {
  /** Every port of every command. */
  all: RunPorts;
  clock: FakeClock;
  log: RecordingLogger;
  /** Tells the command to end. */
  end(): void;
  files: Map<string, string>;
  modes: Map<string, number>;
  printed: string[];
  calls: { sts: number; worker: number; become: number };
  /** The endpoint that the command opened. */
  endpoint: { port: number; open: boolean; request(changes?: Partial<EndpointRequest>): Answer };
}

type Answer = EndpointResponse | undefined;

/** What `become` throws: the fake process cannot really be replaced. */
export class Became extends Error {
  readonly env: Record<string, string>;

  constructor(env: Record<string, string>) {
    super('replaced by COMMAND');
    this.env = env;
  }
}

/** Ports of a machine that exists in memory only, and what was done with them. */
export function createFakePorts(options: FakePortsOptions = {}): FakePorts {
  const ending = new AbortController();
  const clock = createFakeClock({ random: 0 });
  const log = createRecordingLogger();
  const calls = { sts: 0, worker: 0, become: 0 };
  const printed: string[] = [];
  const { files, modes, disk } = createFakeDisk(options.files ?? {});
  const { endpoint, listen } = createFakeNetwork();

  const federation: CommandPorts['federation'] = {
    log,
    // A turn of the event loop a sleep: COMMAND gets its turns too.
    clock: { ...clock, sleep: (ms, signal) => setImmediate().then(() => clock.sleep(ms, signal)) },
    idTokens: { fetchIdToken: async () => buildIdToken({ exp: clock.nowMs() / 1000 + 3600 }) },
    roles: {
      async assumeRole() {
        calls.sts += 1;
        const failure = options.failure?.(calls.sts);
        if (failure !== undefined) throw failure;
        return credentialsUntil(clock.nowMs() - NOON_MS + HOUR_MS);
      },
    },
  };
  const worker: RunPorts['worker'] = {
    async run(env) {
      calls.worker += 1;
      return (await options.work?.(env, ports)) ?? 0;
    },
    become(env) {
      calls.become += 1;
      throw new Became(env);
    },
  };
  const all: RunPorts = {
    federation,
    disk,
    listen,
    worker,
    env: options.env ?? {},
    signal: ending.signal,
    print: (line) => printed.push(line),
    releaseMemory() {},
  };
  const end = () => ending.abort(new Error('told to end'));
  const ports = { all, clock, log, end, files, modes, printed, calls, endpoint };
  return ports;
}

function createFakeDisk(present: Record<string, string>) {
  const files = new Map(Object.entries(present));
  const modes = new Map<string, number>();
  const disk: CommandPorts['disk'] = {
    readOwnFile: async (path) => files.get(path),
    readIfPresent: async (path) => files.get(path ?? ''),
    async writeAtomically(path, text, mode) {
      files.set(path, text);
      modes.set(path, mode);
    },
  };
  return { files, modes, disk };
}

function createFakeNetwork() {
  let answer: ((request: EndpointRequest, port: number) => EndpointResponse) | undefined;
  const endpoint = {
    port: 0,
    open: false,
    request(changes: Partial<EndpointRequest> = {}): Answer {
      if (!endpoint.open) return undefined;
      const host = `127.0.0.1:${endpoint.port}`;
      const request = { method: 'GET', path: '/healthz', host, authorization: undefined };
      return answer?.({ ...request, ...changes }, endpoint.port);
    },
  };
  const listen: CommandPorts['listen'] = async (port, answerRequest) => {
    answer = answerRequest;
    Object.assign(endpoint, { open: true, port: port ?? FREE_PORT });
    const close = () => {
      endpoint.open = false;
    };
    return { port: endpoint.port, close };
  };
  return { endpoint, listen };
}
