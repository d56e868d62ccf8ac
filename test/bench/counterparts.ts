/** Starts the emulators for a benchmark, in their own process. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DEFAULT_ROLE } from '../emulators/start.ts';
import type { StsEmulatorOptions } from '../emulators/sts.ts';
import type { Environment } from './processes.ts';

export interface Counterparts {
  /** A whole environment for the executable: emulators, role, region and a scratch HOME. */
  env: Environment;
  countStsCalls(): Promise<number>;
  stop(): void;
}

export async function startCounterparts(
  home: string,
  sts: Partial<StsEmulatorOptions> = {},
): Promise<Counterparts> {
  const child = fork(join(import.meta.dirname, 'emulators.ts'), [JSON.stringify(sts)]);
  const [environment] = await once(child, 'message');
  return {
    env: {
      ...environment,
      HOME: home,
      PATH: '/usr/bin:/bin',
      AWS_ROLE_ARN: DEFAULT_ROLE.arn,
      AWS_REGION: 'eu-west-1',
    },
    async countStsCalls() {
      child.send('count');
      const [count] = await once(child, 'message');
      return count;
    },
    stop: () => child.kill(),
  };
}
