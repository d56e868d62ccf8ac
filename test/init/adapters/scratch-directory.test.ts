import assert from 'node:assert/strict';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { makeScratchDirectory } from '../../../init/adapters/scratch-directory.ts';

describe('makeScratchDirectory', () => {
  test('is for this user only, and goes with all that is in it', async () => {
    const { path, remove } = await makeScratchDirectory();
    assert.equal(statSync(path).mode & 0o777, 0o700);
    writeFileSync(join(path, 'credentials'), 'text');
    await remove();
    assert.equal(existsSync(path), false);
  });

  test('says how to name another place where there is none', async () => {
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = '/no/such/directory';
    try {
      await assert.rejects(makeScratchDirectory(), { code: 'ERR_WRITE', hint: /TMPDIR/ });
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
  });
});
