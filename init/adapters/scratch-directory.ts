import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROGRAM } from '../contract.ts';
import { IdentityError } from '../errors.ts';

/** A directory for this user only, until it is removed with all that is in it. */
export interface ScratchDirectory {
  path: string;
  remove(): Promise<void>;
}

/**
 * Makes a scratch directory (mode 0700).
 * @throws IdentityError ERR_WRITE when the temporary directory cannot be written to
 */
export async function makeScratchDirectory(): Promise<ScratchDirectory> {
  const parent = tmpdir();
  try {
    const path = await mkdtemp(join(parent, `${PROGRAM}-`));
    return { path, remove: () => rm(path, { recursive: true, force: true }) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new IdentityError('ERR_WRITE', `Cannot write ${parent}: ${reason}`, {
      cause,
      hint: 'name a directory that can be written to with TMPDIR',
    });
  }
}
