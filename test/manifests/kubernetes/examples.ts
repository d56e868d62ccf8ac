/** The renderings that are committed under manifests/examples/kubernetes, by folder. */

import { type Files, numberObjects, renderers } from '../../../manifests/renderers.ts';
import { parseSettings } from '../../../manifests/settings/parse.ts';
import { settingsTable } from '../../../manifests/settings/table.ts';
import { applyAssignments, parseValues } from '../../../manifests/settings/values.ts';

export type Example = {
  readonly folder: string;
  readonly what: string;
  readonly assignments: readonly string[];
};

export const examples: readonly Example[] = [
  { folder: 'job', what: 'job', assignments: [] },
  { folder: 'job-refreshing', what: 'job', assignments: ['kubernetes.mode=refreshing'] },
  { folder: 'admission', what: 'admission', assignments: [] },
  {
    folder: 'admission-v1beta1',
    what: 'admission',
    assignments: ['kubernetes.admission.apiVersion=v1beta1'],
  },
  { folder: 'kind', what: 'kind', assignments: ['kubernetes.image='] },
];

/** Renders an example from the text of the values file, as `--output` would write it. */
export function renderExample({ what, assignments }: Example, valuesText: string): Files {
  const values = applyAssignments(parseValues(valuesText, 'values.yaml'), assignments);
  const renderer = renderers[what];
  if (renderer === undefined) throw new Error(`nothing renders ${what}`);
  return numberObjects(renderer.render(parseSettings(settingsTable, values, what)));
}
