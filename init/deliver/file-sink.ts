import { IdentityError } from '../errors.ts';
import type { CredentialsSink, Disk } from '../ports.ts';
import { removeProfileCredentials, setProfileCredentials } from './credentials-file.ts';

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
  const rewrite = async (present: string, update: (text: string) => string): Promise<void> => {
    const updated = naming(credentialsFile, () => update(present));
    if (updated !== present) await disk.writeAtomically(credentialsFile, updated, fileMode);
  };
  return {
    async deliver(credentials) {
      const present = (await disk.readOwnFile(credentialsFile)) ?? '';
      await rewrite(present, (text) => setProfileCredentials(text, profile, credentials));
    },
    async withdraw() {
      const present = (await disk.readOwnFile(credentialsFile)) ?? '';
      await rewrite(present, (text) => removeProfileCredentials(text, profile));
    },
  };
}

/** The text's editor knows the line that it cannot understand; here is the file's name. */
function naming(path: string, update: () => string): string {
  try {
    return update();
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
    const { code, message, hint, cause } = error;
    throw new IdentityError(code, `Cannot write ${path}: ${message}`, { hint, cause });
  }
}
