import { VARIABLES, WORKER_VARIABLES } from '../contract.ts';
import type { Environment } from '../ports.ts';
import type { Delivery } from './delivery.ts';
import { parseSharedFile } from './shared-file.ts';

/** Variables that every SDK tries before the shared credentials file and the endpoint. */
const SHADOWING_VARIABLES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
] as const;

/** Keys of a profile that every SDK, or at least one, tries before the endpoint. */
const SHADOWING_KEYS = new Set([
  'aws_access_key_id',
  'credential_process',
  'role_arn',
  'sso_session',
  'sso_start_url',
  'web_identity_token_file',
]);

/** Variables that would point an SDK away from our endpoint; the worker does not get them. */
export const MISLEADING_VARIABLES: readonly string[] = [
  VARIABLES.profile,
  'AWS_DEFAULT_PROFILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  WORKER_VARIABLES.endpointUrl,
  WORKER_VARIABLES.endpointToken,
  WORKER_VARIABLES.endpointTokenFile,
];

export interface SharedFileText {
  path: string;
  /** Undefined where there is no such file. */
  text: string | undefined;
  kind: 'credentials' | 'config';
}

export interface ShadowingInputs {
  deliver: Delivery;
  env: Environment;
  /** The profile that the worker's SDK will use. */
  profile: string;
  files: readonly SharedFileText[];
}

/**
 * Finds what would silently win over the delivered credentials in an AWS SDK's default chain.
 * @returns one problem a finding, naming the variable or the file, profile and key; no values
 */
export function findShadowing({ deliver, env, profile, files }: ShadowingInputs): string[] {
  const variables = SHADOWING_VARIABLES.filter((name) => env[name]).map(
    (name) => `${name} is set: every AWS SDK would use it instead of the delivered credentials`,
  );
  // In file delivery the profile's static keys are ours to replace.
  return deliver === 'file' ? variables : [...variables, ...files.flatMap(shadowingKeys(profile))];
}

function shadowingKeys(profile: string) {
  return ({ path, text, kind }: SharedFileText): string[] => {
    const section = kind === 'config' && profile !== 'default' ? `profile ${profile}` : profile;
    const keys = new Set<string>();
    for (const line of parseSharedFile((text ?? '').split(/\r?\n/))) {
      if (line?.kind !== 'key' || line.section !== section) continue;
      if (SHADOWING_KEYS.has(line.key)) keys.add(line.key);
    }
    return [...keys].map(
      (key) =>
        `${path} has ${key} in [${section}]: an AWS SDK would use it instead of the endpoint`,
    );
  };
}
