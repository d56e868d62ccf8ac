import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setProfileCredentials } from '../../../init/deliver/credentials-file.ts';
import { createFileSink } from '../../../init/deliver/file-sink.ts';
import { CREDENTIALS } from '../identity-fixtures.ts';

const DELIVERY = { credentialsFile: '/run/credentials', profile: 'a', fileMode: 0o640 };

/** A disk with one file, which records what is written. */
function createDisk(present: string | undefined) {
  const written: unknown[][] = [];
  return {
    written,
    readOwnFile: async () => present,
    writeAtomically: async (...all: unknown[]) => {
      written.push(all);
    },
  };
}

describe('createFileSink', () => {
  for (const present of [undefined, '', '[b]\nregion = x\n']) {
    test(`sets the profile in ${JSON.stringify(present) ?? 'a new file'}, with its mode`, async () => {
      const disk = createDisk(present);
      await createFileSink(DELIVERY, disk).deliver(CREDENTIALS);
      const expected = setProfileCredentials(present ?? '', 'a', CREDENTIALS);
      assert.deepEqual(disk.written, [['/run/credentials', expected, 0o640]]);
    });
  }

  test('writes nothing over what it cannot understand', async () => {
    const disk = createDisk('garbage\n');
    await assert.rejects(createFileSink(DELIVERY, disk).deliver(CREDENTIALS), {
      code: 'ERR_WRITE',
    });
    assert.deepEqual(disk.written, []);
  });
});
