import type { Settings } from '../config/settings.ts';
import { EXIT_CODES, WORKER_VARIABLES } from '../contract.ts';
import { setProfileCredentials } from '../deliver/credentials-file.ts';
import { findShadowing, MISLEADING_VARIABLES } from '../deliver/shadowing.ts';
import { asIdentityError } from '../errors.ts';
import type { Environment } from '../ports.ts';
import type { DiskInspector } from './ports.ts';
import { type Fact, type Finding, failed, failedBy, passed, type Step } from './report.ts';

const NAME = 'delivery';
/** Set by ourselves where a pod's containers share credentials: nothing to warn of. */
const OWN_VARIABLES: ReadonlySet<string> = new Set(Object.values(WORKER_VARIABLES));
const PLACEHOLDER = { accessKeyId: 'x', secretAccessKey: 'x', sessionToken: 'x' };

export interface DeliveryPorts {
  env: Environment;
  disk: DiskInspector;
  /** Throws IdentityError ERR_CONFIG when a port is taken. */
  checkPort(port: number): Promise<void>;
}

/** Looks at where the credentials would go, and at what would win over them. Writes nothing. */
export async function examineDelivery(settings: Settings, ports: DeliveryPorts): Promise<Step> {
  const facts = deliveryFacts(settings, ports.env);
  try {
    await checkFiles(settings, ports.disk);
    const shadowing = await findShadowingIn(settings, ports);
    if (shadowing.length > 0) {
      const { configuration: exitCode } = EXIT_CODES;
      return failed(NAME, facts, { exitCode, findings: shadowing });
    }
    return passed(NAME, facts, [
      ...misleading(settings, ports.env),
      ...(await taken(settings, ports)),
    ]);
  } catch (error) {
    return failedBy(NAME, facts, asIdentityError(error));
  }
}

function deliveryFacts(settings: Settings, env: Environment): Fact[] {
  const { deliver, credentialsFile, profile, fileMode, tokenFile } = settings;
  const home = { name: 'HOME', value: env['HOME'] || 'not set' };
  const how = { name: 'deliver', value: deliver };
  if (deliver === 'endpoint') {
    const token = tokenFile ?? `in COMMAND's environment (${WORKER_VARIABLES.endpointToken})`;
    return [how, home, { name: 'authorization token', value: token }];
  }
  return [
    how,
    home,
    { name: 'file', value: credentialsFile ?? 'none' },
    { name: 'profile', value: profile },
    { name: 'mode', value: `0${fileMode.toString(8)}` },
  ];
}

/** What is to be written could be, and what is in the file already could be understood. */
async function checkFiles(settings: Settings, disk: DiskInspector): Promise<void> {
  const { deliver, credentialsFile, profile, tokenFile } = settings;
  if (deliver === 'endpoint') {
    if (tokenFile !== undefined) await disk.checkWritable(tokenFile);
    return;
  }
  if (credentialsFile === undefined) return;
  await disk.checkWritable(credentialsFile);
  const present = (await disk.readOwnFile(credentialsFile)) ?? '';
  setProfileCredentials(present, profile, { ...PLACEHOLDER, expiration: new Date(0) });
}

async function findShadowingIn(
  { deliver, profile, credentialsFile, configFile }: Settings,
  { env, disk }: DeliveryPorts,
): Promise<Finding[]> {
  const read = async (path = '') => ({ path, text: await disk.readIfPresent(path) });
  const files = [await read(credentialsFile), await read(configFile)];
  return findShadowing({ deliver, env, profile, files }).map((problem) => ({
    problem,
    mend: 'remove it from the worker, where no other AWS credentials are needed',
  }));
}

/** `run` takes these away from COMMAND; what is started otherwise would follow them. */
function misleading({ deliver }: Settings, env: Environment): Finding[] {
  const set = MISLEADING_VARIABLES[deliver].filter((name) => env[name] && !OWN_VARIABLES.has(name));
  return set.map((name) => ({
    problem: `${name} is set: it would lead an AWS SDK past what is delivered`,
    mend: 'run takes it away from COMMAND; unset it for whatever else is to use the credentials',
  }));
}

/** A fixed port that is taken may be held by our own `serve`. */
async function taken(
  { deliver, port }: Settings,
  { checkPort }: DeliveryPorts,
): Promise<Finding[]> {
  if (deliver !== 'endpoint' || port === undefined) return [];
  try {
    await checkPort(port);
    return [];
  } catch (error) {
    const { message, hint } = asIdentityError(error);
    return [{ problem: message, mend: `${hint}, unless it is our own serve that listens there` }];
  }
}
