#!/usr/bin/env node
import { writeSync } from 'node:fs';
import { constants, hostname } from 'node:os';
import packageJson from '../package.json' with { type: 'json' };
import { regionalHost } from './adapters/aws-endpoint.ts';
import { createCallerIdentitySource } from './adapters/caller-identity.ts';
import { createClock } from './adapters/clock.ts';
import * as disk from './adapters/disk.ts';
import { checkHealth } from './adapters/health-check.ts';
import { listen } from './adapters/http-server.ts';
import { releaseMemory } from './adapters/memory.ts';
import { createIdTokenSource, createMetadataReader, shieldRequests } from './adapters/metadata.ts';
import { createS3Lister } from './adapters/s3-listing.ts';
import { makeScratchDirectory } from './adapters/scratch-directory.ts';
import * as shell from './adapters/shell.ts';
import { createRoleAssumer } from './adapters/sts.ts';
import { becomeCommand, findCommand, runCommand } from './adapters/worker-process.ts';
import { credentialProcess } from './commands/credential-process.ts';
import { type DoctorPorts, doctor } from './commands/doctor.ts';
import { init } from './commands/init.ts';
import type { CommandPorts } from './commands/ports.ts';
import { run } from './commands/run.ts';
import { serve } from './commands/serve.ts';
import { type Invocation, isBeamSetup, parseInvocation } from './config/arguments.ts';
import { type Given, readGiven } from './config/given.ts';
import { lookUpMissing, type Surroundings } from './config/lookup.ts';
import type { Command } from './config/option.ts';
import { completeSettings, deadlineMsOf, type Settings, s3EndpointOf } from './config/settings.ts';
import { EXIT_CODES, SERVE_PORT } from './contract.ts';
import { asIdentityError, formatError, withoutSecrets } from './errors.ts';
import { helpText } from './help.ts';
import { createLogger } from './log.ts';
import type { Environment, Logger, Worker } from './ports.ts';

/** What COMMAND inherits: the environment as it was given to us. */
const env: Environment = { ...process.env };
const ENDING_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const;
const clock = createClock();

type CommandLine = Extract<Invocation, { kind: 'command' }>;

/** The command line becomes an exit code; every failure becomes one message. */
async function main(argv: readonly string[]): Promise<number> {
  const ending = watchSignals();
  let log = createProcessLogger(readGiven('run', {}, env));
  try {
    const invocation = parseInvocation(argv);
    if (invocation.kind === 'version') return print(packageJson.version);
    if (invocation.kind === 'help') return print(helpText(invocation.command).trimEnd());
    const given = readGiven(invocation.command, invocation.flags, env);
    log = createProcessLogger(given, invocation.command);
    return await execute(invocation, given, log, ending.signal);
  } catch (error) {
    return ending.exitCode() ?? (await fail(error, log));
  }
}

async function execute(
  { command, worker }: CommandLine,
  given: Given,
  log: Logger,
  signal: AbortSignal,
): Promise<number> {
  if (given.values.check) {
    await checkHealth(given.values.port ?? SERVE_PORT);
    return EXIT_CODES.ok;
  }
  if (command === 'doctor') return await doctor(given, wireDoctor(signal));
  if (command !== 'run') {
    const settings = await decide(command, given, signal);
    return await COMMANDS[command](settings, wire(settings, log, signal));
  }
  const found = findCommand(worker, env['PATH']);
  if (isBeamSetup(worker)) return becomeCommand(found, env);
  const theWorker: Worker = {
    run: (workerEnv) => runCommand(found, workerEnv),
    become: (workerEnv) => becomeCommand(found, workerEnv),
  };
  const settings = await decide(command, given, signal);
  return await run(settings, { ...wire(settings, log, signal), worker: theWorker });
}

const COMMANDS = { init, serve, 'credential-process': credentialProcess } as const;

/** Flags, environment and metadata attributes become settings, or one error with all problems. */
async function decide(command: Command, given: Given, signal: AbortSignal): Promise<Settings> {
  await lookUpMissing(given, createSurroundings(), deadlineMsOf(given), signal);
  return completeSettings(command, given, env);
}

/** The adapters behind the ports. */
function wire(settings: Settings, log: Logger, signal: AbortSignal): CommandPorts {
  const idTokens = createIdTokenSource(settings.serviceAccount);
  const roles = createRoleAssumer({ ...settings, endpoint: settings.stsEndpoint });
  const federation = { idTokens, roles, clock, log };
  return { federation, disk, listen, env, signal, releaseMemory, print };
}

/** `doctor` decides the settings on its way: it gets the adapters' makers. */
function wireDoctor(signal: AbortSignal): DoctorPorts {
  const surroundings = createSurroundings();
  return {
    surroundings,
    idTokensOf: createIdTokenSource,
    stsOf: (settings) => ({
      roles: createRoleAssumer({ ...settings, endpoint: settings.stsEndpoint }),
      callers: createCallerIdentitySource({ ...settings, endpoint: settings.stsEndpoint }),
      endpoint: settings.stsEndpoint ?? `https://${regionalHost('sts', settings.region)}`,
    }),
    s3Of: ({ region }) => createS3Lister({ region, endpoint: s3EndpointOf(env) }),
    checkPort: async (port) => (await listen(port, () => ({ status: 503, body: '{}' }))).close(),
    makeScratchDirectory,
    disk,
    listen,
    shell,
    signal,
    print,
  };
}

function createSurroundings(): Surroundings {
  return { env, hostName: hostname(), metadata: createMetadataReader(), clock };
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
  if (failure.code === 'ERR_INTERNAL' && error instanceof Error)
    log.debug(withoutSecrets(error.stack ?? ''));
  await disk.writeTerminationLog(formatError(failure));
  return failure.exitCode;
}

function watchSignals(): { signal: AbortSignal; exitCode(): number | undefined } {
  const controller = new AbortController();
  let number: number | undefined;
  for (const name of ENDING_SIGNALS) {
    process.once(name, () => {
      number ??= constants.signals[name];
      controller.abort();
    });
  }
  const exitCode = () => (number === undefined ? undefined : EXIT_CODES.signalBase + number);
  return { signal: controller.signal, exitCode };
}

/** A log that nobody reads any more must not end the worker. */
function writeLog(line: string): void {
  try {
    writeSync(2, line);
  } catch {
    // EPIPE, or EAGAIN from a full pipe.
  }
}

function print(line: string): number {
  writeSync(1, `${line}\n`);
  return EXIT_CODES.ok;
}

shieldRequests(process.env);
process.exit(await main(process.argv.slice(2)));
