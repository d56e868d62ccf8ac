/** Google's metadata server (ours) and, as AWS, SeaweedFS behind an observer, all on loopback. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MetadataEmulator, startMetadataEmulator } from '../emulators/google-metadata.ts';
import { DEFAULT_AUDIENCE, DEFAULT_INSTANCE, DEFAULT_SERVICE_ACCOUNT } from '../emulators/start.ts';
import { type Observer, startObserver } from './observer.ts';
import { type SeaweedFs, startSeaweedFs } from './seaweedfs/start.ts';

export const TRUSTING_ROLE = 'arn:aws:iam::123456789012:role/dataflow-reader';
/** Its trust policy names another service account. */
export const DISTRUSTING_ROLE = 'arn:aws:iam::123456789012:role/somebody-elses';
export const BUCKET = 'interop';

export interface Surroundings {
  readonly metadata: MetadataEmulator;
  readonly seaweedFs: SeaweedFs;
  readonly observer: Observer;
  /** An empty folder, and HOME of what runs. */
  readonly folder: string;
  /** All that the program is told; PATH for the interpreters of consumers. */
  readonly environment: Record<string, string>;
  close(): Promise<void>;
}

/** @param maxSessionSeconds how long credentials last at most, whatever is asked */
export async function startSurroundings(maxSessionSeconds = 43_200): Promise<Surroundings> {
  const metadata = await startMetadataEmulator({
    serviceAccounts: [DEFAULT_SERVICE_ACCOUNT],
    instance: DEFAULT_INSTANCE,
  });
  const seaweedFs = await startSeaweedFs({
    jwksUrl: metadata.jwksUrl,
    issuer: metadata.issuer,
    audience: DEFAULT_AUDIENCE,
    roles: [
      { arn: TRUSTING_ROLE, trustedSubject: DEFAULT_SERVICE_ACCOUNT.uniqueId },
      { arn: DISTRUSTING_ROLE, trustedSubject: '999999999999999999999' },
    ],
    maxSessionSeconds,
  });
  const observer = await startObserver(seaweedFs.url);
  const folder = await mkdtemp(join(tmpdir(), 'interop-'));
  return {
    metadata,
    seaweedFs,
    observer,
    folder,
    environment: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      GCE_METADATA_HOST: metadata.host,
      AWS_ROLE_ARN: TRUSTING_ROLE,
      AWS_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL: observer.url,
    },
    async close() {
      await observer.close();
      await Promise.all([seaweedFs.close(), metadata.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
