import type { CredentialsSink, Disk } from '../ports.ts';
import { setProfileCredentials } from './credentials-file.ts';

export interface FileDelivery {
  credentialsFile: string;
  profile: string;
  /** Permission bits, such as 0o600. */
  fileMode: number;
}

/** Delivers into a profile of the shared credentials file, keeping everything else in it. */
export function createFileSink(
  { credentialsFile, profile, fileMode }: FileDelivery,
  disk: Pick<Disk, 'readOwnFile' | 'writeAtomically'>,
): CredentialsSink {
  return {
    async deliver(credentials) {
      const present = (await disk.readOwnFile(credentialsFile)) ?? '';
      const updated = setProfileCredentials(present, profile, credentials);
      await disk.writeAtomically(credentialsFile, updated, fileMode);
    },
  };
}
