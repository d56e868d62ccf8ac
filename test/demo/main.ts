/**
 * Shows the whole way on one machine: a Google-signed ID token becomes AWS credentials that an
 * unmodified AWS SDK uses, and keeps using after a refresh. Google and AWS are the emulators of
 * test/emulators, which verify for real; the executable is the one that ships.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import {
  DEFAULT_AUDIENCE,
  DEFAULT_ROLE,
  type Emulators,
  startEmulators,
} from '../emulators/start.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const EXECUTABLE = join(ROOT, 'dist', 'dataflow-aws-identity');
const WHO_AM_I = join(import.meta.dirname, 'who-am-i.ts');
/** So short that a refresh happens while you watch. */
const CREDENTIALS_LIFETIME_SECONDS = 8;

const home = mkdtempSync(join(tmpdir(), 'dataflow-aws-identity-demo-'));
const emulators = await startEmulators({
  sts: { credentialsLifetimeSeconds: CREDENTIALS_LIFETIME_SECONDS },
});
try {
  await showIdToken(emulators);
  showTrustPolicy();
  await showEndpoint(emulators);
  await showFile(emulators);
  console.log('\nNo AWS key was stored, and none was typed in.');
} finally {
  await emulators.close();
  rmSync(home, { recursive: true });
}

async function showIdToken({ metadata }: Emulators): Promise<void> {
  title('Google says who the worker is: an ID token from the metadata server');
  const path = '/computeMetadata/v1/instance/service-accounts/default/identity';
  const response = await fetch(`http://${metadata.host}${path}?audience=${DEFAULT_AUDIENCE}`, {
    headers: { 'Metadata-Flavor': 'Google' },
  });
  const { iss, aud, azp, sub, exp } = decodeJwt(await response.text());
  console.log(indent(JSON.stringify({ iss, aud, azp, sub, exp }, null, 2)));
}

function showTrustPolicy(): void {
  title('AWS says whom it trusts: the trust policy of the role');
  console.log(`  ${DEFAULT_ROLE.arn}`);
  console.log(indent(JSON.stringify(DEFAULT_ROLE.trustPolicy, null, 2)));
}

async function showEndpoint(emulated: Emulators): Promise<void> {
  title('run -- COMMAND: the worker gets credentials, and new ones before they expire');
  console.log(`  (they last ${CREDENTIALS_LIFETIME_SECONDS} seconds here, an hour at AWS)`);
  await runExecutable(emulated, ['run', '--', process.execPath, WHO_AM_I, '5', '1200']);
}

async function showFile(emulated: Emulators): Promise<void> {
  title('run --deliver file --once -- COMMAND: written once, then nothing stays resident');
  const options = ['--deliver', 'file', '--once'];
  await runExecutable(emulated, ['run', ...options, '--', process.execPath, WHO_AM_I]);
  console.log('  ~/.aws/credentials:');
  const file = readFileSync(join(home, '.aws', 'credentials'), 'utf8');
  console.log(indent(file.replace(/(= .{6}).*/g, '$1…').trimEnd()));
}

async function runExecutable({ environment }: Emulators, args: string[]): Promise<void> {
  console.log(`  $ dataflow-aws-identity ${args.map(shorten).join(' ')}`);
  const env = {
    ...environment,
    HOME: home,
    PATH: process.env['PATH'],
    AWS_ROLE_ARN: DEFAULT_ROLE.arn,
    AWS_REGION: 'eu-west-1',
    AWS_IDENTITY_LOG_FORMAT: 'text',
  };
  const child = spawn(EXECUTABLE, args, { env, stdio: ['ignore', 'inherit', 'pipe'] });
  child.stderr.setEncoding('utf8').on('data', (lines: string) => {
    process.stdout.write(lines.replace(/^\S+ (\S+) +/gm, '  log:    $1 '));
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the executable ended with ${code}`);
}

function shorten(argument: string): string {
  if (argument === process.execPath) return 'node';
  return argument === WHO_AM_I ? 'who-am-i.ts' : argument;
}

function title(text: string): void {
  console.log(`\n# ${text}`);
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
