import { isAbsolute, join } from 'node:path';
import { DEFAULTS, PROGRAM, SERVE_PORT, VARIABLES } from '../contract.ts';
import type { Delivery } from '../deliver/delivery.ts';
import { findShadowing } from '../deliver/shadowing.ts';
import { IdentityError } from '../errors.ts';
import type { Environment } from '../ports.ts';
import type { Given } from './given.ts';
import type { Command } from './option.ts';

/** Everything decided: what a command works with. */
export interface Settings {
  roleArn: string;
  region: string;
  roleSessionName: string;
  audience: string;
  durationSeconds: number;
  serviceAccount: string;
  policyArns: readonly string[];
  policy: string | undefined;
  deliver: Delivery;
  once: boolean;
  /** Undefined only where it is not needed: endpoint delivery without HOME. */
  credentialsFile: string | undefined;
  configFile: string | undefined;
  profile: string;
  fileMode: number;
  /** Undefined for a free port of the system's choice. */
  port: number | undefined;
  /** Undefined where COMMAND gets the authorization token in its environment. */
  tokenFile: string | undefined;
  deadlineMs: number;
  onError: 'fail' | 'continue';
  /** The endpoint of the user's own; undefined for AWS's regional one. */
  stsEndpoint: string | undefined;
  sources: Given['sources'];
}

/**
 * Applies defaults to what was given and looked up, and checks the options against each other.
 * @throws IdentityError ERR_CONFIG listing every problem of the configuration at once
 */
export function completeSettings(command: Command, given: Given, env: Environment): Settings {
  const { roleArn, region, roleSessionName } = given.values;
  const settings = applyDefaults(command, given, env);
  const shadowing = command === 'run' ? findShadowing({ ...settings, env, files: [] }) : [];
  const problems = [...given.problems, ...conflicts(command, settings), ...shadowing];
  if (problems.length > 0 || !roleArn || !region || !roleSessionName) {
    throw configurationError(problems);
  }
  return { ...settings, roleArn, region, roleSessionName };
}

type Undecided = Omit<Settings, 'roleArn' | 'region' | 'roleSessionName'>;

const DEFAULT_VALUES = {
  audience: DEFAULTS.audience,
  durationSeconds: DEFAULTS.durationSeconds,
  serviceAccount: DEFAULTS.serviceAccount,
  policyArns: [],
  policy: undefined,
  deliver: 'endpoint',
  once: false,
  profile: DEFAULTS.profile,
  fileMode: DEFAULTS.fileMode,
  onError: 'fail',
} as const;

function applyDefaults(command: Command, given: Given, env: Environment): Undecided {
  const values = { ...DEFAULT_VALUES, ...given.values };
  const serving =
    command === 'serve'
      ? { port: SERVE_PORT, tokenFile: inHome(env, 'identity-token') }
      : undefined;
  return {
    ...values,
    deliver: command === 'init' ? 'file' : values.deliver,
    credentialsFile: values.credentialsFile ?? inHome(env, 'credentials'),
    configFile: env[VARIABLES.configFile] || inHome(env, 'config'),
    port: values.port ?? serving?.port,
    tokenFile: values.tokenFile ?? serving?.tokenFile,
    deadlineMs: deadlineMsOf(given),
    stsEndpoint: env[VARIABLES.stsEndpoint] || env[VARIABLES.awsEndpoint] || undefined,
    sources: given.sources,
  };
}

/** How long to try for the first credentials, in milliseconds. */
export function deadlineMsOf({ values }: Given): number {
  return (values.deadlineSeconds ?? DEFAULTS.deadlineSeconds) * 1000;
}

/** The error that lists every problem of the configuration. */
export function configurationError(problems: readonly string[]): IdentityError {
  const list = problems.map((problem) => `\n- ${problem}`).join('');
  return new IdentityError('ERR_CONFIG', `The configuration is not complete or not right:${list}`, {
    hint: `${PROGRAM} COMMAND --help lists every option with its variable`,
  });
}

function conflicts(command: Command, settings: Undecided): string[] {
  const problems: string[] = [];
  if (settings.once && settings.deliver !== 'file') {
    problems.push('--once is set, but goes with --deliver file only');
  }
  if (settings.deliver === 'file' && settings.credentialsFile === undefined) {
    problems.push(withoutHome('--credentials-file'));
  }
  if (command === 'serve' && settings.deliver === 'endpoint' && settings.tokenFile === undefined) {
    problems.push(withoutHome('--token-file'));
  }
  return [...problems, ...endpointProblems(VARIABLES.stsEndpoint, settings.stsEndpoint)];
}

function withoutHome(flag: string): string {
  return `${flag} is missing and HOME is not an absolute path; give one`;
}

/** The S3 endpoint of the user's own; undefined for AWS's regional one. */
export function s3EndpointOf(env: Environment): string | undefined {
  return env[VARIABLES.s3Endpoint] || env[VARIABLES.awsEndpoint] || undefined;
}

/** What is wrong with an endpoint of the user's own; names the variable of one service. */
export function endpointProblems(variable: string, endpoint: string | undefined): string[] {
  if (endpoint === undefined || /^https?:\/\/[^/\s@]+(?:\/[^\s@]*)?$/.test(endpoint)) return [];
  const shown = JSON.stringify(endpoint.replace(/\/\/.*@/, '//…@'));
  return [
    `${variable} (or ${VARIABLES.awsEndpoint}) is ${shown}; allowed: an http or https URL without a user or password`,
  ];
}

function inHome(env: Environment, file: string): string | undefined {
  const home = env['HOME'];
  return home && isAbsolute(home) ? join(home, '.aws', file) : undefined;
}
