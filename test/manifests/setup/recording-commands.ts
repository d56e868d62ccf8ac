/** Stand-ins for gcloud and aws that record their arguments and answer as two empty accounts would. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { env } from 'node:process';

const RECORD = `#!/bin/sh
printf '%s\\0' "\${0##*/}" "$@" '' >>"$RECORD"
case "$1 $2 $3" in
  'iam service-accounts list') printf '112233445566778899001\\n' ;;
  'sts get-caller-identity --query') printf '%s\\n' "$ACCOUNT" ;;
  'iam get-role --role-name') printf 'NoSuchEntity\\n' >&2 && exit 254 ;;
esac
`;

/** Runs a script with the stand-ins first on the PATH; returns the commands that it ran, in order. */
export function runRecorded(script: string, account: string): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'setup-'));
  try {
    for (const name of ['gcloud', 'aws', 'touch']) {
      writeFileSync(join(folder, name), RECORD, { mode: 0o755 });
    }
    const record = join(folder, 'record');
    execFileSync('sh', {
      cwd: folder,
      input: script,
      env: {
        PATH: `${folder}${delimiter}${env['PATH']}`,
        RECORD: record,
        ACCOUNT: account,
      },
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    const commands = readFileSync(record, 'utf8').split('\0\0').slice(0, -1);
    return commands.map((command) => command.split('\0'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
