import { DEFAULTS, LOG_LEVELS, VARIABLES } from '../contract.ts';
import { LOG_FORMATS } from '../log.ts';
import { DELIVERY_OPTIONS } from './delivery-options.ts';
import { IDENTITY_OPTIONS } from './identity-options.ts';
import { type Command, type Option, option } from './option.ts';
import * as values from './values.ts';

/** How the program itself behaves. */
const PROGRAM_OPTIONS = {
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
    commands: ['run', 'doctor'],
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

/** Every option, in the order of the help. A flag beats a variable, that beats an attribute. */
export const OPTIONS = { ...IDENTITY_OPTIONS, ...DELIVERY_OPTIONS, ...PROGRAM_OPTIONS } as const;

export type OptionName = keyof typeof OPTIONS;

/** What an option's text becomes. */
export type OptionValue<Name extends OptionName> =
  (typeof OPTIONS)[Name] extends Option<infer T> ? T : never;

/** The names of the options that a command takes, in the order of the help. */
export function optionsOf(command: Command): OptionName[] {
  const names = Object.keys(OPTIONS) as OptionName[];
  return names.filter((name) => (OPTIONS[name].commands as readonly string[]).includes(command));
}
