/** What the mutating policy makes of a pod's settings, in CEL: the container and the variables to add. */

import type {
  V1ResourceRequirements,
  V1SecurityContext,
  V1Variable,
} from '@kubernetes/client-node';
import { VARIABLES } from '../../../init/contract.ts';
import { buildCredentialsEnv, buildRegionEnv } from '../delivery.ts';
import { buildDeliveryEnv, buildIdentityContainer } from '../identity-container.ts';
import { IDENTITY_USER, MODES, type Mode, VARIABLE_BY_SETTING } from '../names.ts';
import { cel, toCel } from './cel.ts';
import { buildPodVariables, setting } from './pod-variables.ts';

export type InjectionOptions = {
  readonly image: string;
  readonly imagePullPolicy: string;
  readonly resources: V1ResourceRequirements;
};

/** Builds the policy's variables: the pod's settings, and what they make of the additions. */
export function buildInjectionVariables(options: InjectionOptions): V1Variable[] {
  return [
    ...buildPodVariables('has(params.data) ? params.data : {}'),
    { name: 'securityContext', expression: 'object.spec.?securityContext.orValue({})' },
    { name: 'settingEnv', expression: settingEnv },
    { name: 'identityContainer', expression: byMode((mode) => identityContainer(mode, options)) },
    { name: 'workerEnv', expression: byMode(workerEnv) },
  ];
}

function byMode(expression: (mode: Mode) => string): string {
  return `variables.mode == 'refreshing' ?\n${expression('refreshing')} :\n${expression('one-shot')}`;
}

const settingEnv = `${JSON.stringify(Object.entries(VARIABLE_BY_SETTING))}
.filter(pair, variables.settings[?pair[0]].orValue('') != '')
.map(pair, {'name': pair[1], 'value': variables.settings[pair[0]]})`;

/** The container of the builder, with CEL where it depends on the pod. */
function identityContainer(mode: Mode, options: InjectionOptions): string {
  const container = buildIdentityContainer({ ...options, mode, env: [] });
  const env = cel(`variables.settingEnv + ${toCel(buildDeliveryEnv(mode))}`);
  const securityContext = cel(whenPodIsRoot(container.securityContext));
  return toCel({ ...container, env, securityContext });
}

/** A pod that runs as root would have ours run as root too, which its runAsNonRoot forbids. */
function whenPodIsRoot(securityContext: V1SecurityContext | undefined): string {
  const asOwnUser = { ...securityContext, runAsUser: IDENTITY_USER };
  return `variables.securityContext.?runAsUser.orValue(-1) == 0 ?
${toCel(asOwnUser)} :
${toCel(securityContext)}`;
}

/** The greatest number of variables that `workerEnv` has, whatever the mode. */
export const LONGEST_WORKER_ENV: number = Math.max(
  ...MODES.map((mode) => buildCredentialsEnv(mode).length + buildRegionEnv('').length),
);

function workerEnv(mode: Mode): string {
  const regionNames: readonly string[] = [VARIABLES.region, VARIABLES.defaultRegion];
  const env = [...buildCredentialsEnv(mode), ...buildRegionEnv('')].map(({ name, value }) =>
    regionNames.includes(name) ? { name, value: cel(setting('region')) } : { name, value },
  );
  return `[${env.map(({ name, value }) => `{"name": ${toCel(name)}, "value": ${toCel(value)}}`).join(', ')}]`;
}
