import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findPodProblems } from '../../../manifests/settings/pods.ts';
import { buildSettings } from '../settings-fixture.ts';

describe('findPodProblems', () => {
  const problems: [assignment: string, problem: string][] = [
    [
      'kubernetes.resources.requests.cpu=2',
      'kubernetes.resources.requests.cpu: "2" is not allowed; must be at most 500m (kubernetes.resources.limits.cpu)',
    ],
    [
      'kubernetes.beam.resources.limits.memory=1000M',
      'kubernetes.beam.resources.requests.memory: "1Gi" is not allowed; must be at most 1000M (kubernetes.beam.resources.limits.memory)',
    ],
    [
      'kubernetes.durationSeconds=7200',
      'kubernetes.durationSeconds: "7200" is not allowed; must be at most 3600 (aws.role.maxSessionDurationSeconds)',
    ],
  ];

  for (const [assignment, problem] of problems) {
    test(`names what contradicts ${assignment}`, () => {
      assert.deepEqual(findPodProblems(buildSettings(assignment)), [problem]);
    });
  }

  test('names all contradictions at once', () => {
    const settings = buildSettings(...problems.map(([assignment]) => assignment));
    assert.equal(findPodProblems(settings).length, problems.length);
  });

  for (const assignments of [
    [],
    ['kubernetes.resources.requests.cpu=0.5'],
    ['kubernetes.resources.requests.memory=192Mi'],
    ['kubernetes.durationSeconds=7200', 'aws.role.maxSessionDurationSeconds=7200'],
  ]) {
    test(`finds nothing wrong with ${assignments.join(' ') || 'the defaults'}`, () => {
      assert.deepEqual(findPodProblems(buildSettings(...assignments)), []);
    });
  }
});
