/** `init`, and what becomes of an existing shared credentials file. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { EXECUTABLE } from './executable.ts';
import { createScene, type Scene } from './scene.ts';

/** A user id that no passwd file knows, as Dataflow may choose one. */
const ARBITRARY_UID = 12_345;
const IS_ROOT = process.getuid?.() === 0;

describe('init', { concurrency: 4 }, () => {
  test('writes the file, says when it expires, and ends with 0', async (t) => {
    const scene = await createScene(t);
    const { code, stdout, stderr } = await scene.run(['init']);
    assert.equal(code, 0);
    assert.equal(stdout, '');
    assert.match(stderr, /"Delivered AWS credentials".*"expiration":"\d{4}-/);
    assert.match(
      readFileSync(scene.credentialsFile, 'utf8'),
      /^\[default\]\naws_access_key_id = ASIA\w+\naws_secret_access_key = \S+\naws_session_token = \S+\n$/,
    );
    assert.equal(statSync(scene.credentialsFile).mode & 0o777, 0o600);
    assert.equal(statSync(dirname(scene.credentialsFile)).mode & 0o777, 0o700);
    assert.deepEqual(readdirSync(dirname(scene.credentialsFile)), ['credentials']);
  });

  test('can be repeated: the second time takes the place of the first', async (t) => {
    const scene = await createScene(t);
    await scene.run(['init']);
    const first = readFileSync(scene.credentialsFile, 'utf8');
    assert.equal((await scene.run(['init'])).code, 0);
    const second = readFileSync(scene.credentialsFile, 'utf8');
    assert.notEqual(second, first);
    assert.equal(second.split('\n').length, first.split('\n').length);
  });

  test('leaves other profiles, unknown keys, comments and line ends as they are', async (t) => {
    const scene = await createScene(t);
    const lines = [
      '# of the platform team',
      '[default]',
      'aws_access_key_id = AKIDOLD',
      'region = eu-central-1 ; near',
      'aws_secret_access_key = old',
      '',
      '[profile-of-another]',
      'aws_access_key_id=AKIDOTHER',
      's3 =',
      '  max_concurrent_requests = 20',
      '',
    ];
    writeExisting(scene, lines.join('\r\n'));
    assert.equal((await scene.run(['init'])).code, 0);
    const text = readFileSync(scene.credentialsFile, 'utf8');
    const own = /^(aws_access_key_id = ASIA|aws_secret_access_key = |aws_session_token = )/;
    const others = text.split('\r\n').filter((line) => !own.test(line));
    assert.deepEqual(
      others,
      lines.filter((line) => !/AKIDOLD|= old/.test(line)),
    );
    assert.doesNotMatch(text, /[^\r]\n/);
  });

  test('leaves a file that it cannot understand as it was: 73', async (t) => {
    const scene = await createScene(t);
    const broken = '[default]\nthis is no setting\n';
    writeExisting(scene, broken);
    const { code, stderr } = await scene.run(['init']);
    assert.equal(code, 73);
    assert.match(stderr, /Cannot write \S+credentials: line 2 is neither/);
    assert.match(stderr, /hint: mend or remove that line/);
    assert.equal(readFileSync(scene.credentialsFile, 'utf8'), broken);
  });

  test('does not follow a symbolic link, and leaves its target untouched: 73', async (t) => {
    const scene = await createScene(t);
    const target = join(scene.home, 'somebody-elses');
    writeFileSync(target, '[other]\n');
    mkdirSync(dirname(scene.credentialsFile));
    symlinkSync(target, scene.credentialsFile);
    const { code, stderr } = await scene.run(['init']);
    assert.equal(code, 73);
    assert.match(stderr, /it is a symbolic link, which is not followed/);
    assert.equal(readFileSync(target, 'utf8'), '[other]\n');
    assert.ok(lstatSync(scene.credentialsFile).isSymbolicLink());
  });

  test('cannot write where a directory is in the way: 73', async (t) => {
    const scene = await createScene(t);
    mkdirSync(scene.credentialsFile, { recursive: true });
    const { code, stderr } = await scene.run(['init']);
    assert.equal(code, 73);
    assert.match(stderr, /it is not a regular file/);
    assert.deepEqual(readdirSync(scene.credentialsFile), []);
  });

  test('cannot write into a read-only directory, and leaves nothing behind: 73', async (t) => {
    const scene = await createScene(t);
    const directory = join(scene.home, 'read-only');
    mkdirSync(directory);
    chmodSync(directory, 0o555);
    const file = join(directory, 'credentials');
    const { code, stderr } = await runAsOther(scene, ['init', '--credentials-file', file]);
    assert.equal(code, 73);
    assert.match(stderr, new RegExp(`Cannot write ${file}: EACCES`));
    assert.match(stderr, /hint: .*choose a directory that it may write to/);
    assert.deepEqual(readdirSync(directory), []);
  });

  test('without HOME wants to be told the file, and writes none: 78', async (t) => {
    const scene = await createScene(t);
    const { code, stderr } = await scene.run(['init'], { env: { HOME: undefined } });
    assert.equal(code, 78);
    assert.match(
      stderr,
      /--credentials-file is missing and HOME is not an absolute path; give one/,
    );
    assert.equal(existsSync(scene.credentialsFile), false);
    assert.equal(scene.sts.requests.length, 0);
  });

  const modes = [
    { mode: '0600', file: 0o600, directory: 0o700 },
    { mode: '0640', file: 0o640, directory: 0o750 },
  ];
  for (const { mode, file, directory } of modes) {
    test(`gives file and directory the mode that was asked for: ${mode}`, async (t) => {
      const scene = await createScene(t);
      await scene.run(['init', '--file-mode', mode]);
      assert.equal(statSync(scene.credentialsFile).mode & 0o777, file);
      assert.equal(statSync(dirname(scene.credentialsFile)).mode & 0o777, directory);
    });
  }

  const skip =
    IS_ROOT || process.env['CI'] === 'true' ? false : 'needs root, to become another user';
  test('works as a user that no passwd file knows', { skip }, async (t) => {
    const scene = await createScene(t);
    const home = join(scene.home, 'home');
    mkdirSync(home);
    chmodSync(home, 0o777);
    const { code, stderr } = await runAsOther(scene, ['init'], { HOME: home });
    assert.equal(code, 0, stderr);
    const { uid, mode } = statSync(join(home, '.aws', 'credentials'));
    assert.equal(uid, ARBITRARY_UID);
    assert.equal(mode & 0o777, 0o600);
  });
});

function writeExisting({ credentialsFile }: Scene, text: string): void {
  mkdirSync(dirname(credentialsFile));
  writeFileSync(credentialsFile, text);
}

/** Runs a copy that everybody may read, as another user where we are root, whom nothing stops. */
function runAsOther(scene: Scene, args: string[], env: Record<string, string> = {}) {
  if (!IS_ROOT) return scene.run(args, { env });
  const executable = join(scene.home, 'executable');
  copyFileSync(EXECUTABLE, executable);
  chmodSync(scene.home, 0o755);
  return scene.run(args, { env, executable, uid: ARBITRARY_UID });
}
