import type { Settings } from '../config/settings.ts';
import { VARIABLES } from '../contract.ts';
import { asIdentityError, IdentityError } from '../errors.ts';
import type { Credentials, Environment, RoleAssumer } from '../ports.ts';
import type { FoundIdToken } from './examine-id-token.ts';
import { explainRefusal } from './explain-refusal.ts';
import type { CallerIdentitySource, Patience } from './ports.ts';
import { type Examined, type Fact, failedBy, passed } from './report.ts';
import { tryUntilDeadline } from './try-until-deadline.ts';

const NAME = 'STS';

export interface StsInputs extends FoundIdToken {
  settings: Settings;
  /** The service account's e-mail, as the metadata server knows it. */
  email: string | undefined;
  env: Environment;
}

export interface StsPorts {
  roles: RoleAssumer;
  callers: CallerIdentitySource;
  /** The address that is asked. */
  endpoint: string;
}

/** Exchanges the ID token for credentials, and asks STS who holds them. */
export async function examineSts(
  inputs: StsInputs,
  { roles, callers, endpoint }: StsPorts,
  patience: Patience,
): Promise<Examined<Credentials>> {
  const facts = requestFacts(inputs, endpoint);
  try {
    const credentials = await tryUntilDeadline(
      (trySignal) => roles.assumeRole(inputs.idToken, trySignal),
      patience,
    );
    facts.push({ name: 'credentials expire', value: credentials.expiration.toISOString() });
    checkExpiration(credentials, inputs.settings.roleArn, patience.clock.nowMs());
    const callerArn = await tryUntilDeadline(
      (trySignal) => callers.fetchCallerArn(credentials, trySignal),
      patience,
    );
    facts.push({ name: 'caller', value: callerArn });
    return { step: passed(NAME, facts), found: credentials };
  } catch (error) {
    patience.signal.throwIfAborted();
    const failure = asIdentityError(error);
    return { step: { ...failedBy(NAME, facts, failure), ...explainRefusal(failure, inputs) } };
  }
}

function requestFacts({ settings, env }: StsInputs, endpoint: string): Fact[] {
  const { roleArn, roleSessionName, region } = settings;
  const variable = [VARIABLES.stsEndpoint, VARIABLES.awsEndpoint].find((name) => env[name]);
  return [
    { name: 'endpoint', value: endpoint, source: variable },
    { name: 'region', value: region },
    { name: 'role', value: roleArn },
    { name: 'role session name', value: roleSessionName },
  ];
}

function checkExpiration({ expiration }: Credentials, roleArn: string, nowMs: number): void {
  if (expiration.getTime() > nowMs) return;
  throw new IdentityError('ERR_PROTOCOL', `STS gave credentials for ${roleArn} that have expired`, {
    hint: "is this machine's clock right?",
  });
}
