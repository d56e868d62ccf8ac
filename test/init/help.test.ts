import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { COMMANDS } from '../../init/config/option.ts';
import { OPTIONS, type OptionName, optionsOf } from '../../init/config/options.ts';
import { helpText } from '../../init/help.ts';

const NAMES = Object.keys(OPTIONS) as OptionName[];
/** With white space around, as they stand in the help: --policy is no part of --policy-arn. */
const words = (text: string) => new Set(text.split(/[\s,[\]]+/));

describe('helpText', () => {
  test('of the program names every command', () => {
    for (const command of COMMANDS) assert.ok(words(helpText(undefined)).has(command), command);
  });

  for (const command of COMMANDS) {
    test(`of ${command} has all of its options with their variables, and no other`, () => {
      const shown = words(helpText(command));
      const own = optionsOf(command);
      for (const name of NAMES) {
        const { flag, variables } = OPTIONS[name];
        assert.equal(shown.has(`--${flag}`), own.includes(name), flag);
        for (const variable of variables) {
          assert.equal(shown.has(variable), own.includes(name), variable);
        }
      }
    });
  }

  test('of run shows where the command to start goes', () => {
    assert.match(helpText('run'), /run \[options\] -- COMMAND/);
  });

  test('fits a terminal of 100 columns but for defaults', () => {
    for (const command of [undefined, ...COMMANDS]) {
      for (const line of helpText(command).split('\n')) {
        assert.ok(line.length <= 100 || line.includes('(default:'), line);
      }
    }
  });
});
