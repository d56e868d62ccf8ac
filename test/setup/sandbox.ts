/** A place to run rendered scripts, unmodified: real aws command, moto, gcloud stand-in. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { env, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { EMPTY_STATE, type GcloudState, readState, writeState } from './gcloud-state.ts';
import { TOOLS } from './moto.ts';

const GCLOUD = fileURLToPath(new URL('gcloud-stand-in.ts', import.meta.url));

export type Outcome = {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type Sandbox = {
  /** Runs a script with sh. */
  run(script: string): Outcome;
  /** Runs the aws command; returns what it prints as JSON, undefined for NoSuchEntity. */
  aws(...args: string[]): unknown;
  readonly gcloud: {
    read(): GcloudState;
    /** Replaces some of what gcloud knows. */
    set(state: Partial<GcloudState>): void;
  };
  remove(): void;
};

/** Makes a sandbox whose aws command talks to `awsUrl`, and whose `sleep` takes no time. */
export function createSandbox(awsUrl: string): Sandbox {
  const folder = mkdtempSync(join(tmpdir(), 'setup-'));
  const statePath = join(folder, 'gcloud.json');
  writeState(statePath, EMPTY_STATE);
  const programs = {
    gcloud: `#!/bin/sh\nexec '${execPath}' '${GCLOUD}' "$@"\n`,
    sleep: '#!/bin/sh\n',
  };
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(folder, name), text, { mode: 0o755 });
  }
  const environment = {
    PATH: [folder, TOOLS, env['PATH']].join(delimiter),
    HOME: folder,
    GCLOUD_STATE: statePath,
    AWS_ENDPOINT_URL: awsUrl,
    AWS_ACCESS_KEY_ID: 'testing',
    AWS_SECRET_ACCESS_KEY: 'testing',
  };
  return {
    run(script) {
      const options = { env: environment, cwd: folder, input: script, encoding: 'utf8' } as const;
      const { status, stdout, stderr } = spawnSync('sh', options);
      return { status, stdout, stderr };
    },
    aws(...args) {
      const { status, stdout, stderr } = spawnSync(
        join(TOOLS, 'aws'),
        [...args, '--output', 'json'],
        {
          env: { ...environment, AWS_DEFAULT_REGION: 'eu-west-1' },
          encoding: 'utf8',
        },
      );
      if (stderr.includes('NoSuchEntity')) return undefined;
      assert.equal(status, 0, stderr);
      return JSON.parse(stdout || 'null');
    },
    gcloud: {
      read: () => readState(statePath),
      set: (state) => writeState(statePath, { ...readState(statePath), ...state }),
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
