import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseSettings, type SettingsError } from '../../../manifests/settings/parse.ts';
import { settingsTable } from '../../../manifests/settings/table.ts';

const refusals: { title: string; kubernetes: object; problem: RegExp }[] = [
  {
    title: 'a mode that does not exist',
    kubernetes: { mode: 'always' },
    problem: /^kubernetes\.mode: "always" is not allowed; must be "one-shot" or "refreshing"$/,
  },
  {
    title: 'a namespace that Kubernetes would refuse',
    kubernetes: { namespace: 'Team_A' },
    problem: /^kubernetes\.namespace: "Team_A"/,
  },
  {
    title: 'a quantity with another unit',
    kubernetes: { resources: { limits: { memory: '1 GB' } } },
    problem: /^kubernetes\.resources\.limits\.memory: "1 GB"/,
  },
  {
    title: 'an API version without the policies',
    kubernetes: { admission: { apiVersion: 'v1alpha1' } },
    problem: /^kubernetes\.admission\.apiVersion: "v1alpha1"/,
  },
  {
    title: 'an image reference with blanks',
    kubernetes: { image: 'my image' },
    problem: /^kubernetes\.image: "my image"/,
  },
];

function problemsOf(kubernetes: object, what: string): readonly string[] {
  try {
    parseSettings(settingsTable, { kubernetes: kubernetes as never }, what);
    return [];
  } catch (error) {
    return (error as SettingsError).problems;
  }
}

describe('the settings of Kubernetes', () => {
  for (const { title, kubernetes, problem } of refusals) {
    test(`refuse ${title}`, () => {
      const problems = problemsOf(kubernetes, 'kind');
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? '', problem);
    });
  }

  test('all have defaults for kind', () => {
    assert.deepEqual(problemsOf({}, 'kind'), []);
  });

  test('say everything that job requires at once', () => {
    const keys = problemsOf({}, 'job').map((problem) => problem.split(':')[0]);
    assert.deepEqual(keys, [
      'google.project',
      'google.serviceAccount',
      'aws.accountId',
      'aws.region',
      'aws.role.name',
      'kubernetes.image',
      'kubernetes.beam.image',
      'kubernetes.beam.command',
    ]);
  });
});
