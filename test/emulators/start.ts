/** Both emulators wired together: what most tests, the demo and the benchmarks start. */

import type { Role } from './aws/roles.ts';
import { GOOGLE_PROVIDER } from './aws/web-identity-token.ts';
import type { Instance, ServiceAccount } from './google/id-token.ts';
import {
  type MetadataEmulator,
  type MetadataEmulatorOptions,
  startMetadataEmulator,
} from './google-metadata.ts';
import { type StsEmulator, type StsEmulatorOptions, startStsEmulator } from './sts.ts';

export const DEFAULT_AUDIENCE = 'sts.amazonaws.com';

export const DEFAULT_SERVICE_ACCOUNT: ServiceAccount = {
  email: 'dataflow-worker@example-project.iam.gserviceaccount.com',
  uniqueId: '112233445566778899001',
};

export const DEFAULT_INSTANCE: Instance = {
  id: '4520031799277581759',
  name: 'wordcount-11221530-abcd-harness-x7k2',
  zone: 'europe-west1-b',
  projectId: 'example-project',
  numericProjectId: 123456789012,
};

export const DEFAULT_ROLE: Role = {
  arn: 'arn:aws:iam::123456789012:role/dataflow-reader',
  maxSessionDurationSeconds: 43_200,
  trustPolicy: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: GOOGLE_PROVIDER },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            [`${GOOGLE_PROVIDER}:aud`]: DEFAULT_SERVICE_ACCOUNT.uniqueId,
            [`${GOOGLE_PROVIDER}:oaud`]: DEFAULT_AUDIENCE,
            [`${GOOGLE_PROVIDER}:sub`]: DEFAULT_SERVICE_ACCOUNT.uniqueId,
          },
        },
      },
    ],
  },
};

export interface Emulators {
  metadata: MetadataEmulator;
  sts: StsEmulator;
  /** Variables that point a program at both. */
  environment: { GCE_METADATA_HOST: string; AWS_ENDPOINT_URL_STS: string };
  close(): Promise<void>;
}

export interface EmulatorsOptions {
  /** The clock of both, milliseconds since the epoch; default Date.now. */
  now?: () => number;
  metadata?: Partial<MetadataEmulatorOptions>;
  /** Without `jwksUrl`, this STS trusts the metadata emulator's keys. */
  sts?: Partial<StsEmulatorOptions>;
}

/**
 * Starts a metadata server and an STS that trusts it, with a service account and a role that
 * trusts this account. Rejects when a fixed port is taken; then nothing is left running.
 */
export async function startEmulators(options: EmulatorsOptions = {}): Promise<Emulators> {
  const now = options.now ?? Date.now;
  const metadata = await startMetadataEmulator({
    now,
    serviceAccounts: [DEFAULT_SERVICE_ACCOUNT],
    instance: DEFAULT_INSTANCE,
    ...options.metadata,
  });
  try {
    const { jwksUrl, issuer } = metadata;
    const sts = await startStsEmulator({
      now,
      jwksUrl,
      issuer,
      roles: [DEFAULT_ROLE],
      ...options.sts,
    });
    return {
      metadata,
      sts,
      environment: { GCE_METADATA_HOST: metadata.host, AWS_ENDPOINT_URL_STS: sts.url },
      async close() {
        await Promise.all([metadata.close(), sts.close()]);
      },
    };
  } catch (error) {
    await metadata.close();
    throw error;
  }
}
