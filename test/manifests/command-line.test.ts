import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatUsage, parseCommandLine, UsageError } from '../../manifests/command-line.ts';
import { renderers } from '../../manifests/renderers.ts';
import { listSettings } from '../../manifests/settings/setting.ts';
import { settingsTable } from '../../manifests/settings/table.ts';

describe('parseCommandLine', () => {
  test('reads what to render and every option', () => {
    const args = ['setup', '--values', 'v.yaml', '--set', 'a=1', '--set', 'b=2', '--output', 'out'];
    assert.deepEqual(parseCommandLine([...args, '--teardown'], renderers), {
      what: 'setup',
      teardown: true,
      values: 'v.yaml',
      assignments: ['a=1', 'b=2'],
      output: 'out',
    });
  });

  test('needs nothing but what to render', () => {
    assert.deepEqual(parseCommandLine(['trust-policy'], renderers), {
      what: 'trust-policy',
      teardown: false,
      assignments: [],
    });
  });

  test('answers --help whatever else is given', () => {
    assert.equal(parseCommandLine(['nonsense', '-h'], renderers), 'help');
  });

  for (const [args, message] of [
    [[], /WHAT is missing; must be one of: .*trust-policy/],
    [['toString'], /WHAT: "toString" is unknown; must be one of/],
    [['setup', 'trust-policy'], /one at a time; "trust-policy" is too much/],
    [['trust-policy', '--teardown'], /--teardown: trust-policy has none/],
    [['setup', '--vlaues', 'x'], /--vlaues/],
    [['setup', '--values'], /--values/],
    [['setup', '--set', 'a'], /^--set a: must be key\.path=value$/],
    [
      ['setup', '--set', 'a=1', '--set', '=1', '--set', 'a..b=1'],
      /^--set =1: must be .*\n--set a\.\.b=1: must be key\.path=value$/,
    ],
  ] as const) {
    test(`refuses ${JSON.stringify(args)}`, () => {
      assert.throws(
        () => parseCommandLine(args, renderers),
        (error) => error instanceof UsageError && message.test(error.message),
      );
    });
  }
});

test('formatUsage names every rendering and every setting', () => {
  const usage = formatUsage(renderers, settingsTable);
  const names = [...Object.keys(renderers), ...listSettings(settingsTable).map(([key]) => key)];
  assert.deepEqual(
    names.filter((name) => !usage.includes(`  ${name} `)),
    [],
  );
});

test('formatUsage tells what is required and which defaults there are', () => {
  const usage = formatUsage(renderers, settingsTable);
  assert.match(usage, / {2}google\.project .* \(required by setup[,)]/);
  assert.match(usage, / {2}aws\.audience .* \(default: sts\.amazonaws\.com\)\n/);
});
