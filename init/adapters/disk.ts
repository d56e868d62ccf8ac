import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { access, appendFile, lstat, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { IdentityError } from '../errors.ts';

const TERMINATION_LOG = '/dev/termination-log';
const GROUP_READ = 0o040;

/**
 * Reads a regular file that is to be rewritten.
 * @returns its text, or undefined where there is none
 * @throws IdentityError ERR_WRITE for a symbolic link (which is never followed), a directory, a
 *   device, or what is not UTF-8
 */
export async function readOwnFile(path: string): Promise<string | undefined> {
  return await orWriteError(path, async () => {
    if (!(await isRegularFile(path))) return undefined;
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
        await file.readFile(),
      );
    } finally {
      await file.close();
    }
  });
}

/**
 * Replaces a file so that a reader sees the old or the new content, never a part: a temporary file
 * in the same directory gets its mode at creation, is synced, and takes the old one's place. A
 * missing directory is made with mode 0700 (0750 where the group may read the file).
 * @throws IdentityError ERR_WRITE; then the old file is as it was, and no temporary one is left
 */
export async function writeAtomically(path: string, text: string, mode: number): Promise<void> {
  await orWriteError(path, async () => {
    await isRegularFile(path);
    const directory = dirname(path);
    await mkdir(directory, { recursive: true, mode: mode & GROUP_READ ? 0o750 : 0o700 });
    const temporary = join(directory, `.${basename(path)}.${randomBytes(8).toString('hex')}`);
    try {
      await writeAndSync(temporary, text, mode);
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await syncDirectory(directory);
  });
}

/**
 * Checks, without writing, that a file could be replaced: what is there is a regular file, and the
 * nearest directory that exists may be written to.
 * @throws IdentityError ERR_WRITE as writing would
 */
export async function checkWritable(path: string): Promise<void> {
  await orWriteError(path, async () => {
    await isRegularFile(path);
    let directory = dirname(path);
    while ((await statIfPresent(directory)) === undefined) directory = dirname(directory);
    await access(directory, constants.W_OK | constants.X_OK);
  });
}

/** Reads a file that is only looked at; undefined where it is missing or cannot be read. */
export async function readIfPresent(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  return await readFile(path, 'utf8').catch(() => undefined);
}

/** Leaves the final message where `kubectl describe pod` shows it; silently elsewhere. */
export async function writeTerminationLog(message: string): Promise<void> {
  const exists = await isRegularFile(TERMINATION_LOG).catch(() => false);
  if (exists) await appendFile(TERMINATION_LOG, `${message}\n`).catch(() => undefined);
}

async function writeAndSync(path: string, text: string, mode: number): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const file = await open(path, flags, mode);
  try {
    await file.chmod(mode);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Best effort: the new file is in its place, and not every directory can be opened or synced. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY).catch(() => undefined);
  await directory?.sync().catch(() => undefined);
  await directory?.close();
}

async function isRegularFile(path: string): Promise<boolean> {
  const stats = await statIfPresent(path);
  if (stats === undefined) return false;
  if (stats.isSymbolicLink()) throw new Error('it is a symbolic link, which is not followed');
  if (!stats.isFile()) throw new Error('it is not a regular file');
  return true;
}

async function statIfPresent(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function orWriteError<T>(path: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new IdentityError('ERR_WRITE', `Cannot write ${path}: ${reason}`, {
      cause: error,
      hint:
        HINTS[codeOf(error) ?? ''] ?? 'choose another file with --credentials-file or --token-file',
    });
  }
}

const HINTS: Readonly<Record<string, string>> = {
  EACCES: 'the container runs as another user; choose a directory that it may write to',
  EROFS:
    'the file system is read-only; mount a writable one (tmpfs, emptyDir) and name a file there',
};

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
