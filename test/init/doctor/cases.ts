/** What can be wrong with a worker, one thing at a time; each has its golden output. */
import { IdentityError } from '../../../init/errors.ts';
import { NOON_MS } from '../fake-clock.ts';
import { buildIdToken, credentialsUntil } from '../identity-fixtures.ts';
import { createWorker, EMAIL, stsError, type Worker } from './scene.ts';

export interface Case {
  /** The golden file is golden/NAME.txt. */
  name: string;
  exitCode: number;
  worker: () => Partial<Worker>;
}

const NOW_SECONDS = NOON_MS / 1000;
const NOT_AUTHORIZED = 'Not authorized to perform sts:AssumeRoleWithWebIdentity';

const refusedBySts = (...error: Parameters<typeof stsError>): Partial<Worker> => ({
  assumeRole: async () => {
    throw stsError(...error);
  },
});

const s3Refusal = (status: number, code: string, bucketRegion?: string): Partial<Worker> => ({
  flags: { s3: 's3://example-bucket/input' },
  s3Answer: { status, code, bucketRegion, keyCount: undefined },
});

const withVariables = (variables: Record<string, string>): Partial<Worker> => ({
  env: { ...createWorker().env, ...variables },
});

/** The worker's ports, changed in part. */
const portsOf = (ports: Worker['ports']): Partial<Worker> => ({ ports });

export const CASES: readonly Case[] = [
  {
    name: 'all-is-well',
    exitCode: 0,
    worker: () => ({ flags: { s3: 's3://example-bucket/input', command: 'aws s3 ls' } }),
  },
  {
    name: 'metadata-unreachable',
    exitCode: 69,
    worker: () => {
      const { env, clock } = createWorker();
      const failure = new IdentityError(
        'ERR_METADATA_UNAVAILABLE',
        'The metadata server cannot be reached: it did not answer in time',
        { hint: 'this runs on Google Cloud (Dataflow, GCE, GKE); elsewhere set GCE_METADATA_HOST' },
      );
      const metadata = { read: () => Promise.reject(failure) };
      return portsOf({ surroundings: { env, clock, hostName: 'host-1', metadata } });
    },
  },
  {
    name: 'id-token-refused',
    exitCode: 77,
    worker: () => ({
      metadata: { 'project/project-id': 'example-project' },
      fetchIdToken: async () => {
        throw new IdentityError(
          'ERR_ID_TOKEN_REFUSED',
          'The metadata server knows no service account default (404)',
          {
            hint: 'give the worker a service account (Dataflow: --service_account_email; GKE: Workload Identity)',
          },
        );
      },
    }),
  },
  {
    name: 'pod-without-google-service-account',
    exitCode: 77,
    worker: () => ({
      metadata: {
        'project/project-id': 'example-project',
        'instance/service-accounts/default/email': 'example-project.svc.id.goog',
      },
      fetchIdToken: async () => {
        throw new IdentityError(
          'ERR_ID_TOKEN_REFUSED',
          'The metadata server refused an ID token for service account default (403)',
        );
      },
    }),
  },
  {
    name: 'id-token-for-another-audience',
    exitCode: 76,
    worker: () => ({ fetchIdToken: async () => buildIdToken({ aud: 'https://example.com' }) }),
  },
  {
    name: 'id-token-expired',
    exitCode: 76,
    worker: () => ({ fetchIdToken: async () => buildIdToken({ exp: NOW_SECONDS - 90 }) }),
  },
  {
    name: 'clock-behind',
    exitCode: 0,
    worker: () => ({ fetchIdToken: async () => buildIdToken({ iat: NOW_SECONDS + 400 }) }),
  },
  {
    name: 'configuration',
    exitCode: 78,
    worker: () => ({
      env: { HOME: '/home/worker', AWS_ROLE_ARN: 'reader', AWS_IDENTITY_DURATION: '1h' },
      flags: { s3: 's3://example-bucket', profile: 'a]' },
    }),
  },
  {
    name: 'sts-access-denied',
    exitCode: 77,
    worker: () => refusedBySts('AccessDenied', NOT_AUTHORIZED),
  },
  {
    name: 'sts-access-denied-to-impersonation',
    exitCode: 77,
    worker: () => ({
      ...refusedBySts('AccessDenied', NOT_AUTHORIZED),
      fetchIdToken: async () => buildIdToken({ azp: EMAIL }),
    }),
  },
  {
    name: 'sts-access-denied-to-another-audience',
    exitCode: 77,
    worker: () => ({
      ...refusedBySts('AccessDenied', NOT_AUTHORIZED),
      ...withVariables({ AWS_IDENTITY_AUDIENCE: 'gcp' }),
      fetchIdToken: async () => buildIdToken({ aud: 'gcp' }),
    }),
  },
  {
    name: 'sts-invalid-identity-token',
    exitCode: 77,
    worker: () => ({
      ...refusedBySts('InvalidIdentityTokenException', 'could not be validated', 400),
      ...withVariables({ GCE_METADATA_HOST: '127.0.0.1:8080' }),
    }),
  },
  {
    name: 'sts-duration-too-long',
    exitCode: 78,
    worker: () => ({
      ...refusedBySts(
        'ValidationError',
        'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
        400,
      ),
      flags: { durationSeconds: '43200' },
    }),
  },
  {
    name: 'sts-region-not-activated',
    exitCode: 78,
    worker: () => refusedBySts('RegionDisabledException', 'STS is not activated in this region.'),
  },
  {
    name: 'sts-failing',
    exitCode: 75,
    worker: () => refusedBySts('ServiceUnavailable', 'Service is unable to handle request.', 503),
  },
  {
    name: 'sts-credentials-expired',
    exitCode: 76,
    worker: () => ({ assumeRole: async () => credentialsUntil(-1000) }),
  },
  {
    name: 'sts-caller-unknown',
    exitCode: 76,
    worker: () => ({
      fetchCallerArn: async () => {
        throw new IdentityError(
          'ERR_PROTOCOL',
          'STS did not accept the new credentials (GetCallerIdentity): InvalidClientTokenId',
          { hint: "is this machine's clock right?" },
        );
      },
    }),
  },
  {
    name: 'delivery-shadowed',
    exitCode: 78,
    worker: () => ({
      ...withVariables({ AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7FORGOTTEN' }),
      files: { '/home/worker/.aws/config': '[default]\nrole_arn = arn:aws:iam::1:role/x\n' },
      flags: { command: 'aws s3 ls' },
    }),
  },
  {
    name: 'delivery-doubtful',
    exitCode: 0,
    worker: () => ({
      ...withVariables({ AWS_PROFILE: 'team' }),
      flags: { port: '9911' },
      ...portsOf({
        checkPort: async () => {
          throw new IdentityError(
            'ERR_CONFIG',
            'Cannot listen on 127.0.0.1:9911: listen EADDRINUSE: address already in use',
            { hint: 'choose another port with --port' },
          );
        },
      }),
    }),
  },
  {
    name: 'delivery-not-writable',
    exitCode: 73,
    worker: () => {
      const disk = {
        readOwnFile: async () => undefined,
        readIfPresent: async () => undefined,
        writeAtomically: async () => {},
        checkWritable: async (path: string) => {
          throw new IdentityError(
            'ERR_WRITE',
            `Cannot write ${path}: EROFS: read-only file system`,
          );
        },
      };
      return { flags: { deliver: 'file', profile: 'aws' }, ...portsOf({ disk }) };
    },
  },
  {
    name: 'delivery-file-not-understood',
    exitCode: 73,
    worker: () => ({
      flags: { deliver: 'file' },
      files: { '/home/worker/.aws/credentials': '[default]\nthis is no setting\n' },
    }),
  },
  { name: 's3-access-denied', exitCode: 77, worker: () => s3Refusal(403, 'AccessDenied') },
  { name: 's3-no-bucket', exitCode: 78, worker: () => s3Refusal(404, 'NoSuchBucket') },
  {
    name: 's3-another-region',
    exitCode: 78,
    worker: () => s3Refusal(301, 'PermanentRedirect', 'us-east-2'),
  },
  {
    name: 's3-unreachable',
    exitCode: 75,
    worker: () => ({
      flags: { s3: 's3://example-bucket' },
      ...portsOf({
        s3Of: () => ({
          endpoint: 'https://s3.eu-west-1.amazonaws.com',
          listOne: async () => {
            throw new IdentityError(
              'ERR_TEMPORARY',
              'S3 cannot be reached at https://s3.eu-west-1.amazonaws.com: timeout',
            );
          },
        }),
      }),
    }),
  },
  {
    name: 'command-failed',
    exitCode: 3,
    worker: () => ({ flags: { command: 'aws s3 ls; exit 3' }, shellExitCode: 3 }),
  },
  {
    name: 'command-without-shell',
    exitCode: 127,
    worker: () => ({
      flags: { command: 'aws s3 ls' },
      ...portsOf({ shell: { exists: () => false, run: async () => 0 } }),
    }),
  },
];
