/** Settings for tests, as a values file with every required key would give them. */

import { parseSettings } from '../../manifests/settings/parse.ts';
import { type Settings, settingsTable } from '../../manifests/settings/table.ts';
import { applyAssignments } from '../../manifests/settings/values.ts';

const VALUES = {
  google: { project: 'example-project', serviceAccount: 'dataflow-worker' },
  aws: {
    accountId: '123456789012',
    region: 'eu-west-1',
    role: {
      name: 'dataflow-reader',
      policyArns: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'],
    },
  },
};

/** Builds settings; `assignments` (`key.path=value`) override the usual values. */
export function buildSettings(...assignments: readonly string[]): Settings {
  return parseSettings(settingsTable, applyAssignments(VALUES, assignments), 'setup');
}
