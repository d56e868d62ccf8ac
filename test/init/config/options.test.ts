import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { COMMANDS } from '../../../init/config/option.ts';
import { OPTIONS, type OptionName, optionsOf } from '../../../init/config/options.ts';
import { VARIABLES } from '../../../init/contract.ts';

const NAMES = Object.keys(OPTIONS) as OptionName[];

describe('OPTIONS', () => {
  test('give no flag and no variable twice', () => {
    const flags = NAMES.map((name) => OPTIONS[name].flag);
    const variables = NAMES.flatMap((name) => OPTIONS[name].variables);
    assert.equal(new Set(flags).size, flags.length);
    assert.equal(new Set(variables).size, variables.length);
  });

  test('know every variable of the contract but those that other programs read too', () => {
    const known = new Set<string>(NAMES.flatMap((name) => OPTIONS[name].variables));
    assert.deepEqual(
      Object.values(VARIABLES).filter((variable) => !known.has(variable)),
      [
        'AWS_CONFIG_FILE',
        'GCE_METADATA_HOST',
        'AWS_ENDPOINT_URL_STS',
        'AWS_ENDPOINT_URL_S3',
        'AWS_ENDPOINT_URL',
      ],
    );
  });

  test('call variables of our own by one prefix', () => {
    for (const name of NAMES) {
      for (const variable of OPTIONS[name].variables) assert.match(variable, /^AWS_[A-Z_]+$/);
    }
  });
});

describe('optionsOf', () => {
  const table = [
    { option: 'roleArn', commands: COMMANDS },
    { option: 'deliver', commands: ['run', 'serve', 'doctor'] },
    { option: 'once', commands: ['run', 'doctor'] },
    { option: 'credentialsFile', commands: ['run', 'init', 'serve', 'doctor'] },
    { option: 'port', commands: ['run', 'serve', 'doctor'] },
    { option: 'onError', commands: ['run', 'doctor'] },
    { option: 'check', commands: ['serve'] },
    { option: 's3', commands: ['doctor'] },
  ] as const;
  for (const { option, commands } of table) {
    test(`--${OPTIONS[option].flag} goes with ${commands.join(', ')}`, () => {
      assert.deepEqual(
        COMMANDS.filter((command) => optionsOf(command).includes(option)),
        commands,
      );
    });
  }
});
