/** What `doctor` is to find out: one thing wrong with the worker at a time. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import type { TokenFault } from '../emulators/faults.ts';
import {
  DEFAULT_ROLE,
  DEFAULT_SERVICE_ACCOUNT,
  type EmulatorsOptions,
} from '../emulators/start.ts';
import type { Scene } from './scene.ts';

const ASSUME_ROLE = { on: 'AssumeRoleWithWebIdentity' };

export interface Broken {
  what: string;
  exitCode: number;
  /** The steps that are not ok. */
  steps: Record<string, string>;
  says: RegExp;
  emulators?: EmulatorsOptions;
  args?: readonly string[];
  env?: Record<string, string | undefined>;
  break?: (scene: Scene) => void;
}

const withoutToken = { 'ID token': 'failed', STS: 'not tried' };
const withToken =
  (fault: Omit<TokenFault, 'kind'>) =>
  ({ metadata }: Scene) =>
    metadata.faults.always({ kind: 'token', ...fault });
const withStsError =
  (code: string) =>
  ({ sts }: Scene) =>
    sts.faults.always({ kind: 'error', code }, ASSUME_ROLE);

export const BROKEN: readonly Broken[] = [
  {
    what: 'another service account than those attached',
    exitCode: 77,
    steps: withoutToken,
    says: /knows no service account other@example.com/,
    args: ['--service-account', 'other@example.com', '--deadline', '1'],
  },
  {
    what: 'a metadata server that hands out tokens for another audience',
    exitCode: 76,
    steps: withoutToken,
    says: /its audience is elsewhere, but sts.amazonaws.com was asked for/,
    break: withToken({ claims: { aud: 'elsewhere' } }),
  },
  {
    what: 'an expired token',
    exitCode: 76,
    steps: withoutToken,
    says: /expired \d+ s ago[\s\S]*clock/,
    break: withToken({ lifetimeSeconds: -60 }),
  },
  {
    what: 'a clock that is behind',
    exitCode: 0,
    steps: { 'ID token': 'warning' },
    says: /clock is \d+ s behind Google's/,
    break: withToken({ claims: { iat: Math.floor(Date.now() / 1000) + 600 } }),
  },
  {
    what: 'several wrong options',
    exitCode: 78,
    steps: { configuration: 'failed', STS: 'not tried', delivery: 'not tried' },
    says: /--role-arn \(from AWS_ROLE_ARN\) is "reader"[\s\S]*--duration is "5"/,
    args: ['--duration', '5'],
    env: { AWS_ROLE_ARN: 'reader' },
  },
  {
    what: 'a token made by impersonation',
    exitCode: 77,
    steps: { STS: 'failed' },
    says: /azp is an e-mail, .*impersonation[\s\S]*accounts.google.com:aud": "dataflow-worker@/,
    break: withToken({ claims: { azp: DEFAULT_SERVICE_ACCOUNT.email } }),
  },
  {
    what: 'another audience than the trust policy lists',
    exitCode: 77,
    steps: { STS: 'failed' },
    says: /The audience is gcp \(--audience\)[\s\S]*accounts.google.com:oaud": "gcp"/,
    args: ['--audience', 'gcp'],
  },
  {
    what: 'a role that does not exist',
    exitCode: 77,
    steps: { STS: 'failed' },
    says: /There may be no such role.*AWS_ROLE_ARN[\s\S]*compare account 210987654321, path and name/,
    env: { AWS_ROLE_ARN: 'arn:aws:iam::210987654321:role/path/reader' },
  },
  {
    what: 'a token that STS cannot verify',
    exitCode: 77,
    steps: { STS: 'failed' },
    says: /IAM OIDC provider for accounts.google.com[\s\S]*list-open-id-connect-providers/,
    break: withToken({ signedBy: 'foreign' }),
  },
  {
    what: "a duration above the role's maximum",
    exitCode: 78,
    steps: { STS: 'failed' },
    says: /--duration 7200 \(--duration\) exceeds the role's maximum session duration/,
    args: ['--duration', '7200'],
    emulators: { sts: { roles: [{ ...DEFAULT_ROLE, maxSessionDurationSeconds: 3600 }] } },
  },
  {
    what: 'a region where STS is not activated',
    exitCode: 78,
    steps: { STS: 'failed' },
    says: /RegionDisabled[\s\S]*activate STS for this region/,
    break: withStsError('RegionDisabledException'),
  },
  {
    what: 'an STS that fails',
    exitCode: 75,
    steps: { STS: 'failed' },
    says: /STS cannot be reached or is failing/,
    args: ['--deadline', '1'],
    break: withStsError('ServiceUnavailable'),
  },
  {
    what: 'an STS that answers without credentials',
    exitCode: 76,
    steps: { STS: 'failed' },
    says: /STS answered without complete credentials/,
    break: ({ sts }) => sts.faults.always({ kind: 'no-credentials' }),
  },
  {
    what: 'credentials that STS does not know again',
    exitCode: 76,
    steps: { STS: 'failed' },
    says: /did not accept the new credentials \(GetCallerIdentity\): InvalidClientTokenId/,
    break: ({ sts }) =>
      sts.faults.always(
        { kind: 'error', code: 'InvalidClientTokenId' },
        { on: 'GetCallerIdentity' },
      ),
  },
  {
    what: 'keys in the environment',
    exitCode: 78,
    steps: { delivery: 'failed' },
    says: /AWS_ACCESS_KEY_ID is set: every AWS SDK would use it/,
    env: { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7FORGOTTEN' },
  },
  {
    what: 'a credentials file that is a symbolic link',
    exitCode: 73,
    steps: { delivery: 'failed' },
    says: /Cannot write .*: it is a symbolic link/,
    args: ['--deliver', 'file'],
    break: ({ credentialsFile }) => {
      mkdirSync(dirname(credentialsFile));
      symlinkSync('/dev/null', credentialsFile);
    },
  },
  {
    what: 'a command that fails',
    exitCode: 9,
    steps: { command: 'failed' },
    says: /The command ended with 9/,
    args: ['--command', 'exit 9'],
  },
  {
    what: 'an S3 endpoint with a password',
    exitCode: 78,
    steps: { configuration: 'failed', STS: 'not tried', delivery: 'not tried', S3: 'not tried' },
    says: /AWS_ENDPOINT_URL_S3 .* is "http:\/\/…@127.0.0.1:1"/,
    args: ['--s3', 's3://example-bucket'],
    env: { AWS_ENDPOINT_URL_S3: 'http://user:hunter2@127.0.0.1:1' },
  },
];
