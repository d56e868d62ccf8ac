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

/** Keys of a profile that some SDK, botocore for one, tries before the profile's static keys. */
const KEYS_BEFORE_FILE = ['role_arn', 'sso_session', 'sso_start_url', 'web_identity_token_file'];

/** Keys of a profile that some SDK tries before the given delivery. */
const SHADOWING_KEYS: Readonly<Record<Delivery, ReadonlySet<string>>> = {
  endpoint: new Set([...KEYS_BEFORE_FILE, 'aws_access_key_id', 'credential_process']),
  // The profile's static keys are ours to replace.
  file: new Set(KEYS_BEFORE_FILE),
};

/** Variables that choose the worker's profile; botocore prefers the second. */
const PROFILE_VARIABLES = [VARIABLES.profile, 'AWS_DEFAULT_PROFILE'];
const ENDPOINT_VARIABLES = [
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  WORKER_VARIABLES.endpointUrl,
  WORKER_VARIABLES.endpointToken,
  WORKER_VARIABLES.endpointTokenFile,
];

/** Variables that would point an SDK away from what was delivered; the worker does not get them. */
export const MISLEADING_VARIABLES: Readonly<Record<Delivery, readonly string[]>> = {
  endpoint: [...PROFILE_VARIABLES, ...ENDPOINT_VARIABLES],
  file: PROFILE_VARIABLES,
};

export interface SharedFileText {
  path: string;
  /** Undefined where there is no such file. */
  text: string | undefined;
}

export interface ShadowingInputs {
  deliver: Delivery;
  env: Environment;
  /** The worker's profile in file delivery; with the endpoint it gets no variable that names one. */
  profile?: string;
  files: readonly SharedFileText[];
}

/**
 * Finds what would silently win over the delivered credentials in an AWS SDK's default chain.
 * @returns one problem a finding, naming the variable or the file, profile and key; no values
 */
export function findShadowing(inputs: ShadowingInputs): string[] {
  const { deliver, env, files } = inputs;
  const profile = deliver === 'file' ? (inputs.profile ?? 'default') : 'default';
  const variables = SHADOWING_VARIABLES.filter((name) => env[name]).map(
    (name) => `${name} is set: every AWS SDK would use it instead of the delivered credentials`,
  );
  return [...variables, ...files.flatMap((file) => shadowingKeys(file, deliver, profile))];
}

/** A profile's section has two spellings: `[name]`, and in a config file `[profile name]`. */
function shadowingKeys(
  { path, text }: SharedFileText,
  deliver: Delivery,
  profile: string,
): string[] {
  const problems = new Set<string>();
  for (const line of parseSharedFile((text ?? '').split(/\r?\n/))) {
    if (line?.kind !== 'key' || !SHADOWING_KEYS[deliver].has(line.key)) continue;
    if (line.section !== profile && line.section !== `profile ${profile}`) continue;
    problems.add(
      `${path} has ${line.key} in [${line.section}]: an AWS SDK would use it instead of the delivered credentials${remedy(line.key)}`,
    );
  }
  return [...problems];
}

/** `init` leaves such keys behind, too; a delivery into the file replaces them. */
function remedy(key: string): string {
  return key === 'aws_access_key_id' ? ' (--deliver file would replace it)' : '';
}
