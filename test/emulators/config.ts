/** The configuration file of the emulators' command: EmulatorsOptions as JSON. */
import type { EmulatorsOptions } from './start.ts';

type MetadataKey = keyof NonNullable<EmulatorsOptions['metadata']>;
type StsKey = keyof NonNullable<EmulatorsOptions['sts']>;

const METADATA_KEYS: MetadataKey[] = [
  'port',
  'latencyMs',
  'issuer',
  'idTokenLifetimeSeconds',
  'serviceAccounts',
  'instance',
  'instanceAttributes',
  'projectAttributes',
];
const STS_KEYS: StsKey[] = [
  'port',
  'latencyMs',
  'issuer',
  'jwksUrl',
  'roles',
  'credentialsLifetimeSeconds',
  'throttleAbovePerSecond',
];

/**
 * Parses a configuration file's text.
 * Throws an Error that lists every unknown key and every role without ARN or trust policy.
 */
export function parseConfig(text: string): EmulatorsOptions {
  const config: unknown = JSON.parse(text);
  if (!isObject(config)) throw new Error('the configuration must be a JSON object');
  const problems = [
    ...findUnknownKeys('', config, ['metadata', 'sts']),
    ...findUnknownKeys('metadata.', config['metadata'], METADATA_KEYS),
    ...findUnknownKeys('sts.', config['sts'], STS_KEYS),
    ...findRoleProblems(config['sts']),
  ];
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return config;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function findUnknownKeys(prefix: string, section: unknown, allowed: string[]): string[] {
  if (section === undefined) return [];
  if (!isObject(section)) return [`${prefix.slice(0, -1)} must be a JSON object`];
  return Object.keys(section)
    .filter((key) => !allowed.includes(key))
    .map((key) => `unknown key ${prefix}${key}; allowed: ${allowed.join(', ')}`);
}

function findRoleProblems(sts: unknown): string[] {
  const roles = isObject(sts) ? (sts['roles'] ?? []) : [];
  if (!Array.isArray(roles)) return ['sts.roles must be a list'];
  return roles.flatMap((role: unknown, index) => {
    const isRole =
      isObject(role) && typeof role['arn'] === 'string' && isObject(role['trustPolicy']);
    return isRole ? [] : [`sts.roles[${index}] must have an arn and a trustPolicy`];
  });
}
