/** `npm run render -- admission`: the policies, their bindings, and a namespace's ConfigMap. */

import type { Files } from '../../renderers.ts';
import type { Settings } from '../../settings/table.ts';
import { buildIdentitySettings } from '../identity-settings.ts';
import { toYaml } from '../to-yaml.ts';
import { buildConfigMap } from './config-map.ts';
import { buildMutatingPolicy } from './mutating-policy.ts';
import { buildMutatingPolicyBinding } from './mutating-policy-binding.ts';
import { buildValidatingPolicy } from './validating-policy.ts';
import { buildValidatingPolicyBinding } from './validating-policy-binding.ts';

/** Renders the cluster's policies and the ConfigMap of kubernetes.namespace. */
export function renderAdmission(settings: Settings): Files {
  const { kubernetes } = settings;
  return {
    ...renderPolicies(kubernetes),
    'config-map.yaml': toYaml(
      buildConfigMap(kubernetes.namespace, {
        ...buildIdentitySettings(settings),
        mode: kubernetes.mode,
      }),
    ),
  };
}

/**
 * Renders the policies. The validating one comes first: applied in this order, there is no moment in
 * which a labelled pod is neither mutated nor refused.
 */
export function renderPolicies({ admission, ...injected }: Settings['kubernetes']): Files {
  const { apiVersion, excludedNamespaces } = admission;
  const { image, imagePullPolicy, resources } = injected;
  const mutating = { apiVersion, excludedNamespaces, image, imagePullPolicy, resources };
  return {
    'validating-admission-policy.yaml': toYaml(
      buildValidatingPolicy({ image, excludedNamespaces }),
    ),
    'validating-admission-policy-binding.yaml': toYaml(buildValidatingPolicyBinding()),
    'mutating-admission-policy.yaml': toYaml(buildMutatingPolicy(mutating)),
    'mutating-admission-policy-binding.yaml': toYaml(buildMutatingPolicyBinding(apiVersion)),
  };
}
