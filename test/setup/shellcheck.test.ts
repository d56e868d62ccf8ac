import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { renderSetup } from '../../manifests/setup/setup.ts';
import { renderTeardown } from '../../manifests/setup/teardown.ts';
import { buildSettings } from '../manifests/settings-fixture.ts';

const VARIANTS: readonly (readonly string[])[] = [
  [],
  ['google.buckets=first,second', 'google.tokenCreator=true'],
  ['google.serviceAccount=123456789012-compute@developer.gserviceaccount.com'],
  [
    'google.serviceAccount=worker@other-project.iam.gserviceaccount.com',
    'google.tokenCreator=true',
    'aws.role.policyArns=arn:aws:iam::aws:policy/A,arn:aws:iam::aws:policy/B',
  ],
];

for (const [name, render] of [
  ['setup', renderSetup],
  ['teardown', renderTeardown],
] as const) {
  for (const assignments of VARIANTS) {
    test(`shellcheck has nothing to say on ${name} with ${assignments.join(' ') || 'defaults'}`, () => {
      const input = render(buildSettings(...assignments));
      const { status, stdout, error } = spawnSync('shellcheck', ['-'], { input, encoding: 'utf8' });
      assert.equal(error, undefined, 'shellcheck is missing; run: sh test/setup/prepare.sh');
      assert.equal(stdout, '');
      assert.equal(status, 0);
    });
  }
}
