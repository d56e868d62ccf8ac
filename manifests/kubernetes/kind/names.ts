/** What the local try-out calls its things. Everything is made up and points at the emulators. */

import { DEFAULTS } from '../../../init/contract.ts';

export const KIND_NAMESPACE = 'identity-demo';
export const INIT_IMAGE = 'dataflow-aws-identity/init:kind';
export const EMULATORS_IMAGE = 'dataflow-aws-identity/emulators:kind';

export const EMULATORS_NAME = 'emulators';
export const METADATA_PORT = 8180;
export const STS_PORT = 8181;
const EMULATORS_HOST = `${EMULATORS_NAME}.${KIND_NAMESPACE}.svc.cluster.local`;
export const METADATA_HOST = `${EMULATORS_HOST}:${METADATA_PORT}`;
export const STS_ENDPOINT = `http://${EMULATORS_HOST}:${STS_PORT}`;

export const REGION = 'eu-west-1';
export const ROLE_ARN = 'arn:aws:iam::123456789012:role/dataflow-reader';
export const GOOGLE_SERVICE_ACCOUNT = {
  email: 'dataflow-worker@example-project.iam.gserviceaccount.com',
  uniqueId: '112233445566778899001',
};
/** The identity of the pods, with the emulators where Google and AWS would be. */
export const IDENTITY_SETTINGS = {
  'role-arn': ROLE_ARN,
  region: REGION,
  'metadata-host': METADATA_HOST,
  'sts-endpoint': STS_ENDPOINT,
} as const;
export const AUDIENCE: string = DEFAULTS.audience;

/** Short, so that a refresh can be watched: it comes after half of it. */
export const CREDENTIALS_LIFETIME_SECONDS = 60;
