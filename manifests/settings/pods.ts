/** What no setting of the pods shows alone: Kubernetes and STS would refuse it later. */

import type { Settings } from './table.ts';

/** Lists the pods' settings that contradict another one, each with its key and what is allowed. */
export function findPodProblems({ aws, kubernetes }: Settings): readonly string[] {
  return [
    ...findResourceProblems('kubernetes.resources', kubernetes.resources),
    ...findResourceProblems('kubernetes.beam.resources', kubernetes.beam.resources),
    ...findDurationProblems(kubernetes.durationSeconds, aws.role.maxSessionDurationSeconds),
  ];
}

/** kube-apiserver refuses a pod that requests more than its limit. */
function findResourceProblems(
  key: string,
  { requests, limits }: Settings['kubernetes']['resources'],
): readonly string[] {
  return (['cpu', 'memory'] as const)
    .filter((name) => toNumber(requests[name]) > toNumber(limits[name]))
    .map(
      (name) =>
        `${key}.requests.${name}: "${requests[name]}" is not allowed; must be at most ${limits[name]} (${key}.limits.${name})`,
    );
}

/** STS refuses a session that is longer than the role allows (AssumeRoleWithWebIdentity). */
function findDurationProblems(durationSeconds: number, maxSeconds: number): readonly string[] {
  if (durationSeconds <= maxSeconds) return [];
  return [
    `kubernetes.durationSeconds: "${durationSeconds}" is not allowed; must be at most ${maxSeconds} (aws.role.maxSessionDurationSeconds)`,
  ];
}

/** The number that a quantity stands for; the settings table lets no other suffix through. */
function toNumber(quantity: string): number {
  const [, number = '', suffix = ''] = /^([\d.]+)(\w*)$/.exec(quantity) ?? [];
  return Number(number) * (FACTORS[suffix] ?? Number.NaN);
}

const FACTORS: { readonly [suffix: string]: number } = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};
