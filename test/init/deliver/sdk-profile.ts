import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STSClient } from '@aws-sdk/client-sts';

/** What an AWS SDK takes for a profile's credentials. */
export interface SdkProfile {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string | undefined;
}

/**
 * Reads a profile from the text of a shared credentials file with the AWS SDK itself; rejects as
 * the SDK does where it finds no credentials.
 */
export async function readWithSdk(text: string, profile: string): Promise<SdkProfile> {
  const directory = mkdtempSync(join(tmpdir(), 'sdk-profile-'));
  const file = join(directory, 'credentials');
  writeFileSync(file, text, { mode: 0o600 });
  // The SDK takes the paths from the environment only, and remembers what it read by path.
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = file;
  process.env['AWS_CONFIG_FILE'] = join(directory, 'config');
  process.env['AWS_EC2_METADATA_DISABLED'] = 'true';
  try {
    const client = new STSClient({ region: 'eu-west-1', profile });
    const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials();
    return { accessKeyId, secretAccessKey, sessionToken };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
