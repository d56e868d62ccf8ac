/** What a pod's identity is, by the keys of the ConfigMap and the pods' annotations. */

import type { V1EnvVar } from '@kubernetes/client-node';
import { DEFAULTS } from '../../init/contract.ts';
import { buildRoleArn } from '../role-arn.ts';
import type { Settings } from '../settings/table.ts';
import { VARIABLE_BY_SETTING } from './names.ts';

export type IdentitySettings = { readonly [Key in keyof typeof VARIABLE_BY_SETTING]?: string };

/**
 * Builds the identity that the settings describe. What is the executable's own default is left out;
 * the audience must be the one that the role's trust policy compares, or STS refuses the ID token.
 */
export function buildIdentitySettings({ aws, kubernetes }: Settings): IdentitySettings {
  const { audience, region } = aws;
  const { durationSeconds } = kubernetes;
  return {
    'role-arn': buildRoleArn(aws),
    region,
    ...(audience === DEFAULTS.audience ? {} : { audience }),
    ...(durationSeconds === DEFAULTS.durationSeconds
      ? {}
      : { 'duration-seconds': String(durationSeconds) }),
  };
}

/** Variables by which the identity container gets these settings, in the order of their table. */
export function buildIdentityEnv(identity: IdentitySettings): V1EnvVar[] {
  const keys = Object.keys(VARIABLE_BY_SETTING) as (keyof IdentitySettings)[];
  return keys.flatMap((key) => {
    const value = identity[key];
    return value === undefined ? [] : [{ name: VARIABLE_BY_SETTING[key], value }];
  });
}
