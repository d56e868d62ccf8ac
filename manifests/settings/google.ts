/** Settings of the Google side: whose identity the workers have. */

import { boolean, listOf, text } from './kinds.ts';
import type { Section } from './setting.ts';

const project = text(
  /^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
  'a project id (6 to 30 lower-case letters, digits and hyphens), not a name or number',
);

const serviceAccount = text(
  /^([a-z][a-z0-9-]{4,28}[a-z0-9]|[a-z0-9][a-z0-9-]*@[a-z0-9-]+(\.[a-z0-9-]+)*\.gserviceaccount\.com)$/,
  'the id of a service account (6 to 30 lower-case letters, digits and hyphens), or the e-mail of ' +
    'one that exists (….gserviceaccount.com)',
);

const uniqueId = text(
  /^\d{15,25}$/,
  "a service account's unique id (digits only, 21 as a rule), not its e-mail",
);

const bucket = text(
  /^[a-z0-9]([a-z0-9._-]{1,220}[a-z0-9])$/,
  'a Cloud Storage bucket name, without gs://',
);

export const google = {
  project: {
    kind: project,
    default: '',
    requiredBy: ['setup', 'job'],
    help: 'project that the Dataflow jobs run in',
  },
  serviceAccount: {
    kind: serviceAccount,
    default: '',
    requiredBy: ['setup', 'job'],
    help: "the workers' service account: an id (setup creates it), or the e-mail of one that exists",
  },
  serviceAccountUniqueIds: {
    kind: listOf(uniqueId),
    default: [],
    requiredBy: ['trust-policy'],
    help: 'unique ids the trust policy accepts (setup adds those of google.serviceAccount itself)',
  },
  buckets: {
    kind: listOf(bucket),
    default: [],
    help: 'grant roles/storage.objectAdmin on these buckets only; none: on the whole project',
  },
  tokenCreator: {
    kind: boolean,
    default: false,
    help: 'also let the account mint tokens by the IAM Credentials API, which workers do not need',
  },
} satisfies Section;
