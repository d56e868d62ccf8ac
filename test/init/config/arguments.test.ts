import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isBeamSetup, parseInvocation } from '../../../init/config/arguments.ts';
import { IdentityError } from '../../../init/errors.ts';

const ARN = 'arn:aws:iam::123456789012:role/reader';

describe('parseInvocation', () => {
  const command = (name: string, flags = {}, worker: string[] = []) => ({
    kind: 'command',
    command: name,
    flags,
    worker,
  });
  const understood = [
    { argv: ['--version'], expected: { kind: 'version' } },
    { argv: [], expected: { kind: 'help', command: undefined } },
    { argv: ['--help'], expected: { kind: 'help', command: undefined } },
    { argv: ['help', 'run'], expected: { kind: 'help', command: 'run' } },
    { argv: ['init', '--help'], expected: { kind: 'help', command: 'init' } },
    { argv: ['run', '-h'], expected: { kind: 'help', command: 'run' } },
    { argv: ['init'], expected: command('init') },
    { argv: ['init', '--role-arn', ARN], expected: command('init', { roleArn: ARN }) },
    { argv: ['init', `--role-arn=${ARN}`], expected: command('init', { roleArn: ARN }) },
    {
      argv: ['init', '--region', 'eu-west-1', '--region', 'eu-west-2'],
      expected: command('init', { region: 'eu-west-2' }),
    },
    {
      argv: ['init', '--policy-arn', 'a', '--policy-arn', 'b'],
      expected: command('init', { policyArns: 'a,b' }),
    },
    { argv: ['init', '--profile='], expected: command('init', { profile: '' }) },
    { argv: ['serve', '--check'], expected: command('serve', { check: 'true' }) },
    {
      argv: ['run', '--once', '--deliver', 'file', '--', 'boot'],
      expected: command('run', { once: 'true', deliver: 'file' }, ['boot']),
    },
    {
      argv: ['run', '--once=false', '--', 'boot'],
      expected: command('run', { once: 'false' }, ['boot']),
    },
    {
      argv: ['run', '--', 'boot', '--help', '--', '--region', 'x'],
      expected: command('run', {}, ['boot', '--help', '--', '--region', 'x']),
    },
  ];
  for (const { argv, expected } of understood) {
    test(`understands ${JSON.stringify(argv.join(' '))}`, () => {
      assert.deepEqual(parseInvocation(argv), expected);
    });
  }

  const refused = [
    { argv: ['ran'], message: /Unknown command "ran"/, hint: /did you mean run\?/ },
    { argv: ['deploy-all'], message: /Unknown command "deploy-all"/, hint: /--help/ },
    {
      argv: ['init', '--role-arm', ARN],
      message: /Unknown option "--role-arm"/,
      hint: /did you mean --role-arn\?/,
    },
    { argv: ['init', '-r', ARN], message: /Unknown option "-r"/, hint: /--help/ },
    { argv: ['init', '--once'], message: /Unknown option "--once"/, hint: /--/ },
    {
      argv: ['run', '--no-once', '--', 'b'],
      message: /Unknown option "--no-once"/,
      hint: /--once/,
    },
    {
      argv: ['run', '--audience', '--once', '--', 'b'],
      message: /--audience needs a value/,
      hint: /run --help/,
    },
    { argv: ['init', '--region'], message: /--region needs a value/, hint: /init --help/ },
    {
      argv: ['run', 'boot'],
      message: /Unexpected argument "boot"|needs a command/,
      hint: /-- COM/,
    },
    { argv: ['run'], message: /run needs a command to start/, hint: /-- COMMAND/ },
    { argv: ['run', '--'], message: /run needs a command to start/, hint: /-- COMMAND/ },
    { argv: ['init', 'x'], message: /Unexpected argument "x"/, hint: /init --help/ },
    { argv: ['init', '--', 'boot'], message: /init starts no command/, hint: /init --help/ },
  ];
  for (const { argv, message, hint } of refused) {
    test(`refuses ${JSON.stringify(argv.join(' '))}`, () => {
      assert.throws(() => parseInvocation(argv), {
        code: 'ERR_USAGE',
        exitCode: 64,
        message,
        hint,
      });
    });
  }

  test('hands everything after -- to the worker, untouched and in order', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (worker) => {
        const invocation = parseInvocation(['run', '--region', 'eu-west-1', '--', ...worker]);
        assert.deepEqual(invocation, command('run', { region: 'eu-west-1' }, worker));
      }),
    );
  });

  test('fails only with usage errors, whatever the arguments', () => {
    const argument = fc.oneof(
      fc.string(),
      fc.constantFrom('--', '-', '--role-arn', '--once', '--__proto__', '--constructor=x', '=x'),
    );
    fc.assert(
      fc.property(fc.array(argument), (rest) => {
        try {
          parseInvocation(['run', ...rest]);
        } catch (error) {
          assert.ok(error instanceof IdentityError && error.code === 'ERR_USAGE', String(error));
        }
      }),
    );
  });
});

describe('isBeamSetup', () => {
  test("finds Beam's flag anywhere among the arguments", () => {
    assert.equal(isBeamSetup(['boot', '--id=1', '--setup_only', '--x']), true);
    assert.equal(isBeamSetup(['boot', '--id=1']), false);
  });
});
