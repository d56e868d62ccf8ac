/** What can be rendered, by name. Each rendering is a pure function from settings to files. */

import { renderAdmission } from './kubernetes/admission/render.ts';
import { renderJob } from './kubernetes/job/render.ts';
import { renderKind } from './kubernetes/kind/render.ts';
import type { Settings } from './settings/table.ts';
import { renderSetup } from './setup/setup.ts';
import { renderTeardown } from './setup/teardown.ts';
import { renderTrustPolicy } from './trust-policy.ts';

/** Text by file name. */
export type Files = { readonly [name: string]: string };

/**
 * Numbers the names of Kubernetes objects' files (`00-namespace.yaml`), so that `kubectl apply -f
 * FOLDER`, which goes by name, applies them in the order in which they were rendered.
 */
export function numberObjects(files: Files): Files {
  const objects = Object.keys(files).filter((name) => name.endsWith('.yaml'));
  const entries = Object.entries(files).map(([name, text]) => {
    const position = objects.indexOf(name);
    return [position < 0 ? name : `${String(position).padStart(2, '0')}-${name}`, text];
  });
  return Object.fromEntries(entries);
}

export type Renderer = {
  readonly help: string;
  readonly render: (settings: Settings) => Files;
  /** Renders what undoes it, for `--teardown`. */
  readonly renderTeardown?: (settings: Settings) => Files;
};

export const renderers: { readonly [what: string]: Renderer } = {
  'trust-policy': {
    help: "the AWS role's trust policy (JSON)",
    render: (settings) => ({ 'trust-policy.json': renderTrustPolicy(settings) }),
  },
  setup: {
    help: 'shell script that sets up the Google service account and the AWS role',
    render: (settings) => ({ 'setup.sh': renderSetup(settings) }),
    renderTeardown: (settings) => ({ 'teardown.sh': renderTeardown(settings) }),
  },
  job: {
    help: 'Kubernetes Job and Deployment of Beam workers with the identity (YAML)',
    render: renderJob,
  },
  admission: {
    help: 'policies that inject the identity into labelled pods (YAML)',
    render: renderAdmission,
  },
  kind: {
    help: 'all of it for a local cluster, with emulators in the place of Google and AWS (YAML)',
    render: renderKind,
  },
};
