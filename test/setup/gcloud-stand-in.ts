/**
 * A stand-in for the gcloud command: the commands of set-up, on a state file (GCLOUD_STATE), with
 * the messages and exit codes of the real one. It records every call.
 */

import { argv, env, exit, stderr, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { CREATED_UNIQUE_ID, type GcloudState, readState, writeState } from './gcloud-state.ts';

type Flags = { readonly [name: string]: string | undefined };
type Command = (state: GcloudState, target: string, flags: Flags) => string;

class GcloudError extends Error {}

const COMMANDS: { readonly [name: string]: Command } = {
  'iam service-accounts list': listAccounts,
  'iam service-accounts describe': describeAccount,
  'iam service-accounts create': createAccount,
  'iam service-accounts delete': deleteAccount,
  'projects add-iam-policy-binding': addBinding,
  'projects remove-iam-policy-binding': removeBinding,
  'storage buckets add-iam-policy-binding': addBinding,
  'storage buckets remove-iam-policy-binding': removeBinding,
  'iam service-accounts add-iam-policy-binding': addBinding,
  'iam service-accounts remove-iam-policy-binding': removeBinding,
};

const FLAGS = ['project', 'filter', 'format', 'display-name', 'member', 'role', 'condition'];

function listAccounts(state: GcloudState, _target: string, flags: Flags): string {
  if (flags['format'] !== 'value(uniqueId)') throw new GcloudError('unknown --format');
  const account = state.accounts[flags['filter']?.replace(/^email=/, '') ?? ''];
  if (account === undefined) return '';
  if (account.unlisted > 0) {
    account.unlisted -= 1;
    return '';
  }
  return `${account.uniqueId}\n`;
}

function describeAccount(state: GcloudState, email: string): string {
  const account = state.accounts[email];
  if (account === undefined) throw new GcloudError('NOT_FOUND: Unknown service account');
  return `${account.uniqueId}\n`;
}

function createAccount(state: GcloudState, id: string, { project }: Flags): string {
  const email = `${id}@${project}.iam.gserviceaccount.com`;
  if (Object.hasOwn(state.accounts, email)) {
    throw new GcloudError(
      `Resource in projects [${project}] is the subject of a conflict: Service account ${id} already exists within project projects/${project}.`,
    );
  }
  state.accounts[email] = { uniqueId: CREATED_UNIQUE_ID, ...state.lag };
  stderr.write(`Created service account [${id}].\n`);
  return '';
}

/** A deleted account's bindings stay, under another name. */
function deleteAccount(state: GcloudState, email: string, flags: Flags): string {
  const mayAsk = env['CLOUDSDK_CORE_DISABLE_PROMPTS'] !== '1' && flags['quiet'] === undefined;
  if (mayAsk) throw new GcloudError('would ask: (Y/n)?');
  const account = state.accounts[email];
  if (account === undefined) throw new GcloudError('NOT_FOUND: Unknown service account');
  delete state.accounts[email];
  state.bindings = state.bindings.map((binding) =>
    binding.replace(`serviceAccount:${email}`, `deleted:$&?uid=${account.uniqueId}`),
  );
  stderr.write(`deleted service account [${email}]\n`);
  return '';
}

function addBinding(state: GcloudState, resource: string, flags: Flags): string {
  const binding = bindingOf(state, resource, flags);
  const email = flags['member']?.replace('serviceAccount:', '') ?? '';
  const account = state.accounts[email];
  if (account === undefined || account.ungrantable > 0) {
    if (account !== undefined) account.ungrantable -= 1;
    throw new GcloudError(`INVALID_ARGUMENT: Service account ${email} does not exist.`);
  }
  if (!state.bindings.includes(binding)) state.bindings.push(binding);
  return `${formatPolicy(state)}`;
}

function removeBinding(state: GcloudState, resource: string, flags: Flags): string {
  const binding = bindingOf(state, resource, flags);
  if (!state.bindings.includes(binding)) {
    throw new GcloudError(
      'Policy binding with the specified principal, role, and condition not found!',
    );
  }
  state.bindings = state.bindings.filter((other) => other !== binding);
  return formatPolicy(state);
}

/** Without --condition, the real command asks a question where a policy has conditional bindings. */
function bindingOf(state: GcloudState, resource: string, flags: Flags): string {
  if (flags['condition'] !== 'None') throw new GcloudError('would ask for a condition');
  const bucket = resource.match(/^gs:\/\/(.*)$/)?.[1];
  if (bucket !== undefined && !state.buckets.includes(bucket)) {
    throw new GcloudError(`${resource} not found: 404.`);
  }
  const isProject = bucket === undefined && !resource.includes('@');
  if (isProject && !state.projects.includes(resource)) {
    throw new GcloudError(`INVALID_ARGUMENT: Project ${resource} does not exist.`);
  }
  return `${resource} ${flags['role']} ${flags['member']}`;
}

function formatPolicy(state: GcloudState): string {
  return `bindings:\n${state.bindings.map((binding) => `- ${binding}\n`).join('')}`;
}

function run(state: GcloudState, args: string[]): string {
  const name = Object.keys(COMMANDS).find((known) => `${args.join(' ')} `.startsWith(`${known} `));
  const command = COMMANDS[name ?? ''];
  if (name === undefined || command === undefined) throw new GcloudError('Invalid choice');
  const { values, positionals } = parseArgs({
    args: args.slice(name.split(' ').length),
    allowPositionals: true,
    options: {
      ...Object.fromEntries(FLAGS.map((flag) => [flag, { type: 'string' as const }])),
      quiet: { type: 'boolean' },
    },
  });
  const target = positionals[0] ?? '';
  if (state.denied.some((start) => args.join(' ').startsWith(start))) {
    throw new GcloudError(
      `PERMISSION_DENIED: The caller does not have permission to access [${target}] (or it may not exist)`,
    );
  }
  const flags = Object.entries(values).map(([name, value]) => [name, String(value)]);
  return command(state, target, Object.fromEntries(flags));
}

const path = env['GCLOUD_STATE'] ?? '';
const state = readState(path);
const args = argv.slice(2);
state.calls.push(args);
try {
  stdout.write(run(state, args));
} catch (error) {
  stderr.write(`ERROR: (gcloud) ${error instanceof Error ? error.message : error}\n`);
  writeState(path, state);
  exit(error instanceof GcloudError ? 1 : 2);
}
writeState(path, state);
