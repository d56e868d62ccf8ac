import { DEFAULTS, SERVE_PORT, VARIABLES } from '../contract.ts';
import { DELIVERIES } from '../deliver/delivery.ts';
import { type Command, option } from './option.ts';
import * as values from './values.ts';

const DELIVERING: readonly Command[] = ['run', 'serve', 'doctor'];
const WRITING: readonly Command[] = ['run', 'init', 'serve', 'doctor'];

/** How the credentials reach the worker. */
export const DELIVERY_OPTIONS = {
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
    commands: ['run', 'doctor'],
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
} as const;
