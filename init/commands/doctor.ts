import type { Given } from '../config/given.ts';
import type { Surroundings } from '../config/lookup.ts';
import { deadlineMsOf, type Settings } from '../config/settings.ts';
import type { S3Location } from '../config/values.ts';
import { DEFAULTS } from '../contract.ts';
import { examineCommand } from '../doctor/examine-command.ts';
import { examineConfiguration } from '../doctor/examine-configuration.ts';
import { examineDelivery } from '../doctor/examine-delivery.ts';
import { examineIdToken } from '../doctor/examine-id-token.ts';
import { examineMetadata } from '../doctor/examine-metadata.ts';
import { examineS3 } from '../doctor/examine-s3.ts';
import { examineSts, type StsPorts } from '../doctor/examine-sts.ts';
import { formatJson } from '../doctor/format-json.ts';
import { formatText } from '../doctor/format-text.ts';
import type { DiskInspector, Patience, S3Lister, Shell } from '../doctor/ports.ts';
import { buildReport, type Examined, notTried, type Step } from '../doctor/report.ts';
import type { Credentials, Disk, IdTokenSource, MetadataReader } from '../ports.ts';
import type { Listen } from './ports.ts';
import { deliverForTrial, type TrialPorts } from './trial-delivery.ts';

export interface DoctorPorts extends Pick<TrialPorts, 'makeScratchDirectory'> {
  surroundings: Surroundings;
  idTokensOf(serviceAccount: string): IdTokenSource;
  stsOf(settings: Settings): StsPorts;
  s3Of(settings: Pick<Settings, 'region'>): S3Lister;
  /** Throws IdentityError ERR_CONFIG when a port is taken. */
  checkPort(port: number): Promise<void>;
  disk: Disk & DiskInspector;
  listen: Listen;
  shell: Shell;
  signal: AbortSignal;
  /** Writes the report. */
  print(text: string): void;
}

/** Where the metadata server is not there, nobody waits for it a second time. */
const NO_METADATA: MetadataReader = { read: async () => undefined };

/**
 * Goes through the chain step by step in the worker's own environment, and prints what it found.
 * @returns the exit code of the first step that failed, or 0
 */
export async function doctor(given: Given, ports: DoctorPorts): Promise<number> {
  given.values.deadlineSeconds ??= DEFAULTS.doctorDeadlineSeconds;
  const report = buildReport(await examineAll(given, ports));
  ports.print(given.values.json ? formatJson(report) : formatText(report));
  return report.exitCode;
}

async function examineAll(given: Given, ports: DoctorPorts): Promise<Step[]> {
  const { surroundings, signal } = ports;
  const patience = { deadlineMs: deadlineMsOf(given), clock: surroundings.clock, signal };
  const { audience = DEFAULTS.audience, serviceAccount = DEFAULTS.serviceAccount } = given.values;

  const metadata = await examineMetadata(serviceAccount, surroundings.metadata, patience);
  const idToken = metadata.found
    ? await examineIdToken(audience, ports.idTokensOf(serviceAccount), patience)
    : skipped('ID token', metadata);
  const reachable = metadata.found ? surroundings : { ...surroundings, metadata: NO_METADATA };
  const configuration = await examineConfiguration(given, reachable, patience);
  const settings = configuration.found;
  const sts =
    settings && idToken.found && metadata.found
      ? await examineSts(
          { settings, ...idToken.found, ...metadata.found, env: surroundings.env },
          ports.stsOf(settings),
          patience,
        )
      : skipped('STS', idToken, configuration);
  const delivery = settings
    ? await examineDelivery(settings, { ...ports, env: surroundings.env })
    : notTried('delivery', [configuration.step]);
  const access = await examineAccess(given, { settings, sts, delivery, patience }, ports);
  return [metadata.step, idToken.step, configuration.step, sts.step, delivery, ...access];
}

interface BeforeAccess {
  settings: Settings | undefined;
  sts: Examined<Credentials>;
  delivery: Step;
  patience: Patience;
}

/** One real access, or two, where they were asked for. */
async function examineAccess(
  { values: { s3, command } }: Given,
  before: BeforeAccess,
  ports: DoctorPorts,
): Promise<Step[]> {
  return [
    ...(s3 === undefined ? [] : [await accessS3(s3, before, ports)]),
    ...(command === undefined ? [] : [await accessByCommand(command, before, ports)]),
  ];
}

async function accessS3(
  location: S3Location,
  { settings, sts, patience }: BeforeAccess,
  ports: DoctorPorts,
): Promise<Step> {
  if (settings === undefined || sts.found === undefined) return notTried('S3', [sts.step]);
  const { region } = settings;
  const inputs = { location, credentials: sts.found, region };
  return await examineS3(inputs, ports.s3Of(settings), patience);
}

async function accessByCommand(
  commandLine: string,
  { settings, sts, delivery }: BeforeAccess,
  ports: DoctorPorts,
): Promise<Step> {
  const credentials = sts.found;
  if (settings === undefined || credentials === undefined || delivery.status === 'failed') {
    return notTried('command', [sts.step, delivery]);
  }
  const trialPorts = { ...ports, ...ports.surroundings };
  const deliver = () => deliverForTrial(settings, credentials, trialPorts);
  return await examineCommand(commandLine, { shell: ports.shell, deliver }, ports.signal);
}

/** A step whose preconditions did not hold, with nothing found. */
function skipped(name: string, ...before: Examined<unknown>[]): { step: Step; found?: undefined } {
  const steps = before.map(({ step }) => step);
  return { step: notTried(name, steps) };
}
