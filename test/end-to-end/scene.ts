/** Where the executable is tried: both emulators, a scratch HOME, and an environment of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DEFAULT_ROLE,
  type Emulators,
  type EmulatorsOptions,
  startEmulators,
} from '../emulators/start.ts';
import {
  type Ended,
  type ExecutableOptions,
  type RunningExecutable,
  startExecutable,
} from './executable.ts';

export const REGION = 'eu-west-1';

export interface SceneOptions extends Partial<Omit<ExecutableOptions, 'env'>> {
  /** Variables over those of the scene; undefined takes one away. */
  env?: Record<string, string | undefined>;
}

export interface Scene extends Emulators {
  /** A scratch directory: HOME, and the working directory. */
  home: string;
  /** `.aws/credentials` in it, which does not exist at first. */
  credentialsFile: string;
  /** Starts the executable with a complete configuration in its environment. */
  start(args: readonly string[], options?: SceneOptions): RunningExecutable;
  /** Starts it with this text on its stdin, and waits for its end. */
  run(args: readonly string[], options?: SceneOptions & { stdin?: string }): Promise<Ended>;
}

/** Who the scene ends with: a test's context, or a file's `{ after }`. */
interface Owner {
  after(cleanUp: () => Promise<void>): void;
}

/** Starts the emulators and makes the scratch HOME; all of it goes when the owner ends. */
export async function createScene(owner: Owner, options: EmulatorsOptions = {}): Promise<Scene> {
  const emulators = await startEmulators(options);
  const home = mkdtempSync(join(tmpdir(), 'dataflow-aws-identity-'));
  const running = new Set<RunningExecutable>();
  owner.after(async () => {
    await Promise.allSettled([...running].map((each) => each.destroy()));
    await emulators.close();
    rmSync(home, { recursive: true, force: true });
  });
  const environment = {
    ...emulators.environment,
    HOME: home,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    AWS_ROLE_ARN: DEFAULT_ROLE.arn,
    AWS_REGION: REGION,
  };
  const start: Scene['start'] = (args, { env, ...rest } = {}) => {
    const started = startExecutable(args, {
      env: withoutUndefined({ ...environment, ...env }),
      cwd: home,
      ...rest,
    });
    running.add(started);
    return started;
  };
  return {
    ...emulators,
    home,
    credentialsFile: join(home, '.aws', 'credentials'),
    start,
    run: (args, { stdin, ...rest } = {}) => {
      const started = start(args, rest);
      started.stdin.end(stdin ?? '');
      return started.ended;
    },
  };
}

function withoutUndefined(env: Record<string, string | undefined>): Record<string, string> {
  const given = Object.entries(env).filter((entry): entry is [string, string] => {
    return entry[1] !== undefined;
  });
  return Object.fromEntries(given);
}
