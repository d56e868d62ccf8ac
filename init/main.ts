#!/usr/bin/env node
import packageJson from '../package.json' with { type: 'json' };
import { writeTerminationLog } from './adapters/disk.ts';
import { watchEndingSignals } from './adapters/ending-signals.ts';
import { checkHealth } from './adapters/health-check.ts';
import { shieldRequests } from './adapters/metadata.ts';
import { print, writeLog } from './adapters/standard-streams.ts';
import { becomeCommand, findCommand } from './adapters/worker-process.ts';
import { credentialProcess } from './commands/credential-process.ts';
import { doctor } from './commands/doctor.ts';
import { init } from './commands/init.ts';
import { run } from './commands/run.ts';
import { serve } from './commands/serve.ts';
import { type CommandLine, isBeamSetup, parseInvocation } from './config/arguments.ts';
import { type Given, readGiven, unknownVariables } from './config/given.ts';
import { lookUpMissing } from './config/lookup.ts';
import type { Command } from './config/option.ts';
import {
  completeSettings,
  configurationError,
  deadlineMsOf,
  type Settings,
} from './config/settings.ts';
import { EXIT_CODES, SERVE_PORT } from './contract.ts';
import { asIdentityError, formatError, withoutSecrets } from './errors.ts';
import { helpText } from './help.ts';
import { createLogger } from './log.ts';
import type { Environment, Logger } from './ports.ts';
import {
  clock,
  type ProcessPorts,
  wireCommand,
  wireDoctor,
  wireSurroundings,
  wireWorker,
} from './wiring.ts';

const env: Environment = { ...process.env };
const COMMANDS = { init, serve, 'credential-process': credentialProcess } as const;

/** The command line becomes an exit code; every failure becomes one message. */
async function main(argv: readonly string[]): Promise<number> {
  const ending = watchEndingSignals();
  let log = createProcessLogger(readGiven('run', {}, env));
  try {
    const invocation = parseInvocation(argv);
    if (invocation.kind === 'version') return printed(packageJson.version);
    if (invocation.kind === 'help') return printed(helpText(invocation.command).trimEnd());
    const given = readGiven(invocation.command, invocation.flags, env);
    log = createProcessLogger(given, invocation.command);
    for (const warning of unknownVariables(env)) log.warning(warning);
    return await execute(invocation, given, { env, log, signal: ending.signal });
  } catch (error) {
    return ending.exitCode() ?? (await fail(error, log));
  }
}

async function execute(
  { command, worker }: CommandLine,
  given: Given,
  ports: ProcessPorts,
): Promise<number> {
  if (command === 'run') return await executeRun(worker, given, ports);
  if (command === 'doctor') return await doctor(given, wireDoctor(ports));
  if (given.values.check) return await checkServe(given);
  const settings = await decide(command, given, ports);
  return await COMMANDS[command](settings, wireCommand(settings, ports));
}

/** COMMAND is looked for first: without it, nobody needs to be asked for credentials. */
async function executeRun(
  worker: readonly string[],
  given: Given,
  ports: ProcessPorts,
): Promise<number> {
  const found = findCommand(worker, env['PATH']);
  if (isBeamSetup(worker)) return becomeCommand(found, env);
  const settings = await decide('run', given, ports);
  return await run(settings, { ...wireCommand(settings, ports), worker: wireWorker(found) });
}

/** Flags, environment and metadata attributes become settings, or one error with all problems. */
async function decide(command: Command, given: Given, { signal }: ProcessPorts): Promise<Settings> {
  await lookUpMissing(given, wireSurroundings(env), deadlineMsOf(given), signal);
  return completeSettings(command, given, env);
}

async function checkServe({ values, problems }: Given): Promise<number> {
  if (problems.length > 0) throw configurationError(problems);
  await checkHealth(values.port ?? SERVE_PORT);
  return EXIT_CODES.ok;
}

function createProcessLogger({ values }: Given, command?: Command): Logger {
  return createLogger({
    format: values.logFormat ?? (process.stderr.isTTY ? 'text' : 'json'),
    // The AWS C++ SDK reads a credential process's stderr too: on success there is none.
    level: command === 'credential-process' ? 'error' : (values.logLevel ?? 'info'),
    nowMs: clock.nowMs,
    write: writeLog,
  });
}

async function fail(error: unknown, log: Logger): Promise<number> {
  const failure = asIdentityError(error);
  log.error(formatError(failure), { code: failure.code, exitCode: failure.exitCode });
  if (failure.code === 'ERR_INTERNAL' && error instanceof Error) {
    log.debug(withoutSecrets(error.stack ?? ''));
  }
  await writeTerminationLog(formatError(failure));
  return failure.exitCode;
}

function printed(text: string): number {
  print(text);
  return EXIT_CODES.ok;
}

shieldRequests(process.env);
process.exit(await main(process.argv.slice(2)));
