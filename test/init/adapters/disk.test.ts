import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import {
  checkWritable,
  readIfPresent,
  readOwnFile,
  writeAtomically,
} from '../../../init/adapters/disk.ts';

const NOBODY = 65_534;
let directory: string;
let file: string;

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'disk-')));
  file = join(directory, 'credentials');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const modeOf = (path: string) => statSync(path).mode & 0o7777;

/** Runs with the rights of an ordinary user: root may do what these tests want refused. */
async function unprivileged<T>(operation: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return await operation();
  process.seteuid?.(NOBODY);
  try {
    return await operation();
  } finally {
    process.seteuid?.(0);
  }
}

describe('writeAtomically', () => {
  test('writes a new file and leaves nothing else', async () => {
    await writeAtomically(file, 'text', 0o600);
    assert.equal(readFileSync(file, 'utf8'), 'text');
    assert.deepEqual(readdirSync(directory), ['credentials']);
  });

  for (const mode of [0o600, 0o640, 0o660]) {
    test(`gives the file mode ${mode.toString(8)} whatever the umask and the mode before`, async () => {
      for (const umask of [0o000, 0o022, 0o077]) {
        writeFileSync(file, 'old');
        chmodSync(file, 0o644);
        const before = process.umask(umask);
        try {
          await writeAtomically(file, 'new', mode);
        } finally {
          process.umask(before);
        }
        assert.equal(modeOf(file), mode);
      }
    });
  }

  const directories = [
    { fileMode: 0o600, expected: 0o700 },
    { fileMode: 0o640, expected: 0o750 },
  ];
  for (const { fileMode, expected } of directories) {
    test(`makes missing directories with ${expected.toString(8)} for ${fileMode.toString(8)}`, async () => {
      await writeAtomically(join(directory, 'a', 'b', 'credentials'), 'text', fileMode);
      assert.equal(modeOf(join(directory, 'a')), expected);
      assert.equal(modeOf(join(directory, 'a', 'b')), expected);
    });
  }

  test('leaves the mode of a directory that is there', async () => {
    chmodSync(directory, 0o755);
    await writeAtomically(file, 'text', 0o600);
    assert.equal(modeOf(directory), 0o755);
  });

  test('replaces the file: who has the old one open still reads the old one', async () => {
    writeFileSync(file, 'old');
    const inode = statSync(file).ino;
    await writeAtomically(file, 'new', 0o600);
    assert.notEqual(statSync(file).ino, inode);
  });

  test('shows readers whole files only, the old or the new', async () => {
    const texts = ['a', 'b'].map((letter) => `${letter.repeat(200_000)}\n`);
    const [first = '', second = ''] = texts;
    await writeAtomically(file, first, 0o600);
    let writing = true;
    const seen = new Set<string | undefined>();
    const reader = async () => {
      while (writing) seen.add(await readOwnFile(file));
    };
    const writer = async () => {
      for (let round = 0; round < 40; round++) {
        await writeAtomically(file, round % 2 === 0 ? second : first, 0o600);
      }
      writing = false;
    };
    await Promise.all([reader(), reader(), writer()]);
    assert.ok([...seen].every((text) => texts.includes(text ?? '')));
    assert.equal(seen.size, 2);
  });

  test('leaves the last of several writers at once, and no temporary file', async () => {
    const texts = ['one', 'two', 'three', 'four'];
    await Promise.all(texts.map((text) => writeAtomically(file, text, 0o600)));
    assert.ok(texts.includes(readFileSync(file, 'utf8')));
    assert.deepEqual(readdirSync(directory), ['credentials']);
  });

  test('does not follow a symbolic link: its target stays as it is', async () => {
    const target = join(directory, 'target');
    writeFileSync(target, 'precious');
    symlinkSync(target, file);
    await assert.rejects(writeAtomically(file, 'text', 0o600), {
      code: 'ERR_WRITE',
      exitCode: 73,
      message: `Cannot write ${file}: it is a symbolic link, which is not followed`,
    });
    assert.equal(readFileSync(target, 'utf8'), 'precious');
    assert.deepEqual(readdirSync(directory).sort(), ['credentials', 'target']);
  });

  test('does not follow a symbolic link that leads nowhere', async () => {
    const target = join(directory, 'target');
    symlinkSync(target, file);
    await assert.rejects(writeAtomically(file, 'text', 0o600), { code: 'ERR_WRITE' });
    assert.equal(existsSync(target), false);
  });

  test('refuses a directory in place of the file', async () => {
    mkdirSync(file);
    await assert.rejects(writeAtomically(file, 'text', 0o600), {
      code: 'ERR_WRITE',
      message: `Cannot write ${file}: it is not a regular file`,
    });
    assert.deepEqual(readdirSync(directory), ['credentials']);
  });

  test('refuses a file in place of the directory', async () => {
    writeFileSync(file, 'precious');
    await assert.rejects(writeAtomically(join(file, 'credentials'), 'text', 0o600), {
      code: 'ERR_WRITE',
      message: /ENOTDIR/,
    });
    assert.equal(readFileSync(file, 'utf8'), 'precious');
  });

  test('says who may not write into a directory, and changes nothing', async () => {
    writeFileSync(file, 'precious');
    chmodSync(directory, 0o555);
    await assert.rejects(
      unprivileged(() => writeAtomically(file, 'text', 0o600)),
      { code: 'ERR_WRITE', message: /EACCES/, hint: /another user/ },
    );
    assert.equal(readFileSync(file, 'utf8'), 'precious');
    assert.deepEqual(readdirSync(directory), ['credentials']);
  });

  test('leaves the old file and no temporary one when writing fails half-way', async () => {
    writeFileSync(file, 'precious');
    // What is no text at all stands in for a disk that is full: both fail with the file open.
    await assert.rejects(writeAtomically(file, undefined as never, 0o600), { code: 'ERR_WRITE' });
    assert.equal(readFileSync(file, 'utf8'), 'precious');
    assert.deepEqual(readdirSync(directory), ['credentials']);
  });

  test('needs no rights but those of the directory', async () => {
    if (process.geteuid?.() === 0) chownSync(directory, NOBODY, NOBODY);
    await unprivileged(() => writeAtomically(file, 'text', 0o600));
    assert.equal(readFileSync(file, 'utf8'), 'text');
  });
});

describe('readOwnFile', () => {
  test('reads text as it is, a byte order mark included', async () => {
    writeFileSync(file, '\uFEFF[default]\r\nä = 1');
    assert.equal(await readOwnFile(file), '\uFEFF[default]\r\nä = 1');
  });

  test('finds no file where there is none, nor a directory for it', async () => {
    assert.equal(await readOwnFile(file), undefined);
    assert.equal(await readOwnFile(join(directory, 'a', 'b')), undefined);
  });

  test('refuses what is not UTF-8: it could not be written back', async () => {
    writeFileSync(file, Buffer.from([0x5b, 0xff, 0x5d]));
    await assert.rejects(readOwnFile(file), { code: 'ERR_WRITE', exitCode: 73 });
  });

  test('refuses a symbolic link, a directory and a device', async () => {
    const link = join(directory, 'link');
    writeFileSync(file, 'text');
    symlinkSync(file, link);
    for (const path of [link, directory, '/dev/null']) {
      await assert.rejects(readOwnFile(path), { code: 'ERR_WRITE' }, path);
    }
  });

  test('refuses a file that it may not read, instead of starting anew', async () => {
    writeFileSync(file, 'precious', { mode: 0o000 });
    chmodSync(directory, 0o755);
    await assert.rejects(
      unprivileged(() => readOwnFile(file)),
      { code: 'ERR_WRITE', message: /EACCES/ },
    );
  });
});

describe('checkWritable', () => {
  test('accepts what could be written, and writes nothing', async () => {
    writeFileSync(file, 'precious');
    await checkWritable(file);
    await checkWritable(join(directory, 'a', 'b', 'credentials'));
    assert.equal(readFileSync(file, 'utf8'), 'precious');
    assert.deepEqual(readdirSync(directory), ['credentials']);
  });

  test('refuses a symbolic link, as writing does', async () => {
    symlinkSync('/nowhere', file);
    await assert.rejects(checkWritable(file), { code: 'ERR_WRITE', message: /symbolic link/ });
  });

  test('refuses a file in place of the directory', async () => {
    writeFileSync(file, 'precious');
    await assert.rejects(checkWritable(join(file, 'credentials')), {
      code: 'ERR_WRITE',
      message: /ENOTDIR/,
    });
  });
});

describe('readIfPresent', () => {
  test('reads a file, through a symbolic link too: an SDK would', async () => {
    const link = join(directory, 'link');
    writeFileSync(file, 'text');
    symlinkSync(file, link);
    assert.equal(await readIfPresent(link), 'text');
  });

  test('finds nothing in a directory, nowhere, and without a path', async () => {
    for (const path of [directory, file, '', undefined]) {
      assert.equal(await readIfPresent(path), undefined);
    }
  });
});
