import { DEFAULTS, LIMITS, METADATA_ATTRIBUTES, SERVE_PORT, VARIABLES } from '../contract.ts';
import { DELIVERIES } from '../deliver/delivery.ts';
import { LOG_FORMATS, LOG_LEVELS } from '../log.ts';
import * as values from './values.ts';

export const COMMANDS = ['run', 'init', 'serve', 'credential-process', 'doctor'] as const;
export type Command = (typeof COMMANDS)[number];

/** One option: its flag, the variables and the metadata attribute behind it, and what it takes. */
export interface Option<T> {
  flag: string;
  /** In order of precedence. */
  variables: readonly string[];
  attribute?: string;
  /** What the value is called in the help; options without one are switches. */
  placeholder?: string;
  parse: values.Parser<T>;
  /** What `parse` accepts, in words. */
  allowed: string;
  help: string;
  commands: readonly Command[];
  /** May be given more than once; the values are joined with commas. */
  repeatable?: true;
}

const DELIVERING: readonly Command[] = ['run', 'serve', 'doctor'];
const WRITING: readonly Command[] = ['run', 'init', 'serve', 'doctor'];
const { durationSeconds, roleSessionName } = LIMITS;

/** Every option, in the order of the help. A flag beats a variable, that beats an attribute. */
export const OPTIONS = {
  roleArn: option({
    flag: 'role-arn',
    variables: [VARIABLES.roleArn],
    attribute: METADATA_ATTRIBUTES.roleArn,
    placeholder: 'ARN',
    parse: values.parseRoleArn,
    allowed: 'an IAM role ARN such as arn:aws:iam::123456789012:role/reader',
    help: 'the AWS role to assume',
  }),
  region: option({
    flag: 'region',
    variables: [VARIABLES.region, VARIABLES.defaultRegion],
    attribute: METADATA_ATTRIBUTES.region,
    placeholder: 'REGION',
    parse: values.parseRegion,
    allowed: 'an AWS region such as eu-west-1',
    help: 'the AWS region, for STS and for COMMAND',
  }),
  roleSessionName: option({
    flag: 'role-session-name',
    variables: [VARIABLES.roleSessionName],
    placeholder: 'NAME',
    parse: values.parseRoleSessionName,
    allowed: `${roleSessionName.min} to ${roleSessionName.max} characters of A-Z a-z 0-9 _ + = , . @ -`,
    help: 'who calls, for CloudTrail (default: the Dataflow job and worker, the pod, or the host)',
  }),
  audience: option({
    flag: 'audience',
    variables: [VARIABLES.audience],
    placeholder: 'AUDIENCE',
    parse: values.parseText,
    allowed: 'text without control characters',
    help: `the ID token's audience (default: ${DEFAULTS.audience})`,
  }),
  durationSeconds: option({
    flag: 'duration',
    variables: [VARIABLES.duration],
    placeholder: 'SECONDS',
    parse: values.integerBetween(durationSeconds.min, durationSeconds.max),
    allowed: `a whole number of seconds from ${durationSeconds.min} to ${durationSeconds.max}`,
    help: `how long credentials last (default: ${DEFAULTS.durationSeconds})`,
  }),
  serviceAccount: option({
    flag: 'service-account',
    variables: [VARIABLES.serviceAccount],
    placeholder: 'ACCOUNT',
    parse: values.parseText,
    allowed: 'default, or the e-mail address of an attached service account',
    help: `the Google service account (default: ${DEFAULTS.serviceAccount})`,
  }),
  policyArns: option({
    flag: 'policy-arn',
    variables: [VARIABLES.policyArns],
    placeholder: 'ARN',
    parse: values.parsePolicyArns,
    allowed: `${LIMITS.policyArns.min} to ${LIMITS.policyArns.max} IAM policy ARNs, separated by commas`,
    help: 'a managed session policy that narrows the role (repeatable)',
    repeatable: true,
  }),
  policy: option({
    flag: 'policy',
    variables: [VARIABLES.policy],
    placeholder: 'JSON',
    parse: values.parsePolicy,
    allowed: `a JSON policy of at most ${LIMITS.policy.max} characters`,
    help: 'an inline session policy that narrows the role',
  }),
  deliver: option({
    flag: 'deliver',
    variables: [VARIABLES.deliver],
    placeholder: 'HOW',
    parse: values.oneOf(DELIVERIES),
    allowed: DELIVERIES.join(' or '),
    help: 'endpoint (default): a loopback address that SDKs ask again; file: the credentials file',
    commands: DELIVERING,
  }),
  once: option({
    flag: 'once',
    variables: [VARIABLES.once],
    parse: values.parseBoolean,
    allowed: 'true or false',
    help: 'with --deliver file: write once, then become COMMAND; nothing stays resident',
    commands: ['run'],
  }),
  credentialsFile: option({
    flag: 'credentials-file',
    variables: [VARIABLES.credentialsFile],
    placeholder: 'PATH',
    parse: values.parsePath,
    allowed: 'an absolute path',
    help: 'the shared credentials file (default: $HOME/.aws/credentials)',
    commands: WRITING,
  }),
  profile: option({
    flag: 'profile',
    variables: [VARIABLES.profile],
    placeholder: 'NAME',
    parse: values.parseProfile,
    allowed: 'text without [ ] or control characters',
    help: `the profile in that file (default: ${DEFAULTS.profile})`,
    commands: WRITING,
  }),
  fileMode: option({
    flag: 'file-mode',
    variables: [VARIABLES.fileMode],
    placeholder: 'MODE',
    parse: values.parseFileMode,
    allowed: '0600, 0640 or 0660',
    help: 'the mode of what is written (default: 0600)',
    commands: WRITING,
  }),
  port: option({
    flag: 'port',
    variables: [VARIABLES.port],
    placeholder: 'PORT',
    parse: values.integerBetween(1, 65_535),
    allowed: 'a port from 1 to 65535',
    help: `the endpoint's port (default: run a free one, serve ${SERVE_PORT})`,
    commands: DELIVERING,
  }),
  tokenFile: option({
    flag: 'token-file',
    variables: [VARIABLES.tokenFile],
    placeholder: 'PATH',
    parse: values.parsePath,
    allowed: 'an absolute path',
    help: "where the endpoint's authorization token is written (default: run the environment, serve $HOME/.aws/identity-token)",
    commands: DELIVERING,
  }),
  deadlineSeconds: option({
    flag: 'deadline',
    variables: [VARIABLES.deadline],
    placeholder: 'SECONDS',
    parse: values.integerBetween(1, 3600),
    allowed: 'a whole number of seconds from 1 to 3600',
    help: `how long to try for credentials (default: ${DEFAULTS.deadlineSeconds}; doctor ${DEFAULTS.doctorDeadlineSeconds})`,
  }),
  onError: option({
    flag: 'on-error',
    variables: [VARIABLES.onError],
    placeholder: 'WHAT',
    parse: values.oneOf(['fail', 'continue']),
    allowed: 'fail or continue',
    help: 'fail (default): no credentials, no COMMAND; continue: start it without, loudly',
    commands: ['run'],
  }),
  check: option({
    flag: 'check',
    variables: [],
    parse: values.parseBoolean,
    allowed: 'true or false',
    help: 'ask the running endpoint whether it has credentials, and end (for probes)',
    commands: ['serve'],
  }),
  s3: option({
    flag: 's3',
    variables: [],
    placeholder: 'S3-URI',
    parse: values.parseS3Location,
    allowed: 's3://BUCKET or s3://BUCKET/PREFIX',
    help: 'list at most one key of this bucket with the new credentials',
    commands: ['doctor'],
  }),
  command: option({
    flag: 'command',
    variables: [],
    placeholder: 'COMMAND-LINE',
    parse: values.parseText,
    allowed: 'text without control characters',
    help: 'run this in /bin/sh as run would start COMMAND; its output goes to stderr',
    commands: ['doctor'],
  }),
  json: option({
    flag: 'json',
    variables: [],
    parse: values.parseBoolean,
    allowed: 'true or false',
    help: 'print the report as one JSON document',
    commands: ['doctor'],
  }),
  logFormat: option({
    flag: 'log-format',
    variables: [VARIABLES.logFormat],
    placeholder: 'FORMAT',
    parse: values.oneOf(LOG_FORMATS),
    allowed: LOG_FORMATS.join(' or '),
    help: 'json for Cloud Logging, text for people (default: text on a terminal, else json)',
  }),
  logLevel: option({
    flag: 'log-level',
    variables: [VARIABLES.logLevel],
    placeholder: 'LEVEL',
    parse: values.oneOf(LOG_LEVELS),
    allowed: LOG_LEVELS.join(', '),
    help: 'the lowest level that is logged (default: info)',
  }),
} as const;

export type OptionName = keyof typeof OPTIONS;

/** What an option's text becomes. */
export type OptionValue<Name extends OptionName> =
  (typeof OPTIONS)[Name] extends Option<infer T> ? T : never;

/** The names of the options that a command takes, in the order of the help. */
export function optionsOf(command: Command): OptionName[] {
  const names = Object.keys(OPTIONS) as OptionName[];
  return names.filter((name) => (OPTIONS[name].commands as readonly string[]).includes(command));
}

function option<T>(given: Omit<Option<T>, 'commands'> & Partial<Option<T>>): Option<T> {
  return { commands: COMMANDS, ...given };
}
