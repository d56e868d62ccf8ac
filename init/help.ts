import { COMMANDS, type Command, type Option } from './config/option.ts';
import { OPTIONS, optionsOf } from './config/options.ts';
import { PROGRAM } from './contract.ts';

const SUMMARIES: Readonly<Record<Command, { usage: string; summary: string }>> = {
  run: {
    usage: 'run [options] -- COMMAND [ARG…]',
    summary: 'get credentials, then start COMMAND with them; keep them fresh while it lives',
  },
  init: { usage: 'init [options]', summary: 'write the shared credentials file once' },
  serve: { usage: 'serve [options]', summary: 'keep credentials fresh for other containers' },
  'credential-process': {
    usage: 'credential-process [options]',
    summary: 'print credentials as AWS credential_process JSON',
  },
  doctor: {
    usage: 'doctor [options]',
    summary: 'go through the chain step by step, and say what is wrong and how to mend it',
  },
};

/** The help of the program, or of one of its commands. */
export function helpText(command: Command | undefined): string {
  return command === undefined ? programHelp() : commandHelp(command);
}

function programHelp(): string {
  const width = Math.max(...COMMANDS.map((command) => command.length));
  const commands = COMMANDS.map(
    (command) => `  ${command.padEnd(width)}  ${SUMMARIES[command].summary}`,
  );
  return [
    'AWS credentials for this worker from its Google identity.',
    '',
    `usage: ${PROGRAM} COMMAND [options]`,
    `       ${PROGRAM} COMMAND --help | --version`,
    '',
    ...commands,
    '',
  ].join('\n');
}

function commandHelp(command: Command): string {
  const { usage, summary } = SUMMARIES[command];
  const options = optionsOf(command).map((name) => describe(OPTIONS[name]));
  return [`usage: ${PROGRAM} ${usage}`, `       ${summary}`, '', ...options, ''].join('\n');
}

function describe({ flag, placeholder, variables, attribute, help }: Option<unknown>): string {
  const head = placeholder === undefined ? `  --${flag}` : `  --${flag} ${placeholder}`;
  const sources = [...variables, ...(attribute ? [`metadata attribute ${attribute}`] : [])];
  return [
    head,
    `      ${help}`,
    ...(sources.length > 0 ? [`      [${sources.join(', ')}]`] : []),
  ].join('\n');
}
