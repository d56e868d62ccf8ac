import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { setProfileCredentials } from '../../../init/deliver/credentials-file.ts';
import type { Credentials } from '../../../init/ports.ts';
import { CREDENTIALS } from '../identity-fixtures.ts';
import { readWithSdk } from './sdk-profile.ts';

const NEW: Credentials = {
  ...CREDENTIALS,
  accessKeyId: 'NEWID',
  secretAccessKey: 'new/secret+key=',
  sessionToken: 'new/token==',
};
const EXPECTED = {
  accessKeyId: NEW.accessKeyId,
  secretAccessKey: NEW.secretAccessKey,
  sessionToken: NEW.sessionToken,
};
const OWN = [
  'aws_access_key_id = NEWID',
  'aws_secret_access_key = new/secret+key=',
  'aws_session_token = new/token==',
];
const text = (...lines: string[]) => lines.map((line) => `${line}\n`).join('');
const set = (present: string, profile = 'default') => setProfileCredentials(present, profile, NEW);

describe('setProfileCredentials', () => {
  const table: { name: string; present: string; profile?: string; expected: string }[] = [
    {
      name: 'writes a file that is not there yet',
      present: '',
      expected: text('[default]', ...OWN),
    },
    {
      name: 'replaces the keys of the profile',
      present: text(
        '[default]',
        'aws_access_key_id = OLD',
        'aws_secret_access_key = OLD',
        'aws_session_token = OLD',
      ),
      expected: text('[default]', ...OWN),
    },
    {
      name: 'keeps other profiles, before and after',
      present: text('[a]', 'aws_access_key_id = A', '', '[default]', '', '[b]', 'region = B'),
      expected: text(
        '[a]',
        'aws_access_key_id = A',
        '',
        '[default]',
        ...OWN,
        '',
        '[b]',
        'region = B',
      ),
    },
    {
      name: 'adds a profile after the others, a blank line between',
      present: text('[a]', 'region = A'),
      expected: text('[a]', 'region = A', '', '[default]', ...OWN),
    },
    {
      name: 'keeps unknown keys, comments and blank lines of the profile',
      present: text('# top', '[default]', '; mine', 'region = x', '', '# end', 's3 =', '  a = 1'),
      expected: text(
        '# top',
        '[default]',
        '; mine',
        'region = x',
        '',
        '# end',
        's3 =',
        '  a = 1',
        ...OWN,
      ),
    },
    {
      name: 'keeps the last other key of a file without a last line end',
      present: '[default]\nregion = x',
      expected: text('[default]', 'region = x', ...OWN),
    },
    {
      name: 'removes old keys of any case and spelling, and the old name of the token',
      present: text('[default]', 'AWS_ACCESS_KEY_ID:OLD', '  aws_security_token=OLD', 'region = x'),
      expected: text('[default]', 'region = x', ...OWN),
    },
    {
      name: 'removes the further lines of an old value',
      present: text('[default]', 'aws_session_token = OLD', '  MORE', 'region = x'),
      expected: text('[default]', 'region = x', ...OWN),
    },
    {
      name: 'does not let a continued value of the user continue ours',
      present: text('[default]', 'aws_access_key_id = OLD', 'note = one', '  two'),
      expected: text('[default]', 'note = one', '  two', ...OWN),
    },
    {
      name: 'takes a profile with a space',
      present: text('[team a]', 'region = x'),
      profile: 'team a',
      expected: text('[team a]', 'region = x', ...OWN),
    },
    {
      name: 'does not take a longer name for the profile',
      present: text('[test profile]', 'aws_access_key_id = A', '[test-2]'),
      profile: 'test',
      expected: text('[test profile]', 'aws_access_key_id = A', '[test-2]', '', '[test]', ...OWN),
    },
    {
      name: 'does not take a commented header for the profile',
      present: text('# [default]', '[a]'),
      expected: text('# [default]', '[a]', '', '[default]', ...OWN),
    },
    {
      name: 'sets the first of two sections and empties the other of old keys',
      present: text(
        '[default]',
        'region = x',
        '[a]',
        '[default]',
        'aws_access_key_id = OLD',
        'b = 1',
      ),
      expected: text('[default]', 'region = x', ...OWN, '[a]', '[default]', 'b = 1'),
    },
    {
      name: 'mixed line ends, each as it is',
      present: '[a]\nregion = A\r\n[default]\nregion = B\n',
      expected: `[a]\nregion = A\r\n[default]\nregion = B\n${OWN.map((line) => `${line}\r\n`).join('')}`,
    },
    {
      name: 'keeps the line ends of Windows',
      present: '[a]\r\nregion = A\r\n\r\n[default]\r\naws_access_key_id = OLD\r\n',
      expected: text('[a]', 'region = A', '', '[default]', ...OWN).replaceAll('\n', '\r\n'),
    },
    {
      name: 'keeps blank lines at the end',
      present: text('[default]', '', ''),
      expected: text('[default]', ...OWN, '', ''),
    },
  ];
  for (const { name, present, profile, expected } of table) {
    test(name, () => assert.equal(set(present, profile), expected));
  }

  const unreadable = [
    { name: 'garbage', present: 'garbage\n', line: 1 },
    { name: 'a key before any section', present: '# a\naws_access_key_id = A\n', line: 2 },
    { name: 'a header that is not closed', present: '[a]\n[default\n', line: 2 },
    { name: 'JSON', present: '{"type": "service_account"}\n', line: 1 },
    { name: 'a binary file', present: '[a]\nx = \0\u0001\n', line: 2 },
    { name: 'line ends of a Mac of the nineties', present: '[a]\rb = 1\r', line: 1 },
  ];
  for (const { name, present, line } of unreadable) {
    test(`refuses ${name}, naming the line and not what stands in it`, () => {
      assert.throws(() => set(present), {
        code: 'ERR_WRITE',
        exitCode: 73,
        message: new RegExp(`^line ${line} is neither`),
      });
    });
  }

  describe('on any file', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/);
    // One space in a name means a type of section to the SDK that reads the result.
    const profile = fc.constantFrom('default', 'a', 'b', 'team-a');
    const ownKey = fc.constantFrom(
      'aws_access_key_id',
      'AWS_SECRET_ACCESS_KEY',
      'aws_session_token',
    );
    const keyLine = fc
      .tuple(fc.oneof(word, ownKey), fc.constantFrom('=', ' = '), word)
      .map((parts) => parts.join(''));
    const comment = fc.oneof(
      word.map((note) => `# ${note}`),
      fc.constant(''),
    );
    const section = fc
      .tuple(profile, fc.array(fc.oneof(keyLine, comment), { maxLength: 6 }))
      .map(([name, lines]) => [`[${name}]`, ...lines]);
    const file = fc
      .tuple(fc.array(section, { maxLength: 4 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
      .map(([sections, lineEnd, complete]) => {
        const joined = sections.flat().join(lineEnd);
        return complete && joined !== '' ? joined + lineEnd : joined;
      });
    const isOwn = (line: string) =>
      /^aws_(access_key_id|secret_access_key|session_token)\b/i.test(line);

    test('is idempotent', () => {
      fc.assert(
        fc.property(file, profile, (present, name) => {
          const once = set(present, name);
          assert.equal(set(once, name), once);
        }),
      );
    });

    test('keeps every line that is not one of its own keys, in order', () => {
      fc.assert(
        fc.property(file, profile, (present, name) => {
          const survivors = present.split(/\r?\n/).filter((line) => line !== '' && !isOwn(line));
          const updated = set(present, name).split(/\r?\n/);
          const others = updated.filter((line) => line !== '' && !isOwn(line));
          assert.deepEqual(others.slice(0, survivors.length), survivors);
          assert.ok(others.length <= survivors.length + 1);
        }),
      );
    });

    test('has one kind of line end, the one that was there', () => {
      fc.assert(
        fc.property(file, profile, (present, name) => {
          const expected = present.includes('\r\n') ? /^(?:[^\r\n]*\r\n)+$/ : /^(?:[^\r\n]*\n)+$/;
          assert.match(set(present, name), expected);
        }),
      );
    });

    test('is read by the AWS SDK with the new values, other profiles with their old ones', async () => {
      await fc.assert(
        fc.asyncProperty(file, profile, profile, async (present, name, other) => {
          const updated = set(present, name);
          assert.deepEqual(await readWithSdk(updated, name), EXPECTED);
          if (other === name) return;
          const before = await readWithSdk(present, other).catch(() => 'none');
          assert.deepEqual(await readWithSdk(updated, other).catch(() => 'none'), before);
        }),
        { numRuns: 60 },
      );
    });
  });
});
