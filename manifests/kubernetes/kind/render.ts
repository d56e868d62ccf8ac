/** `npm run render -- kind`: the try-out on a local cluster, in the order in which it is applied. */

import type { Files } from '../../renderers.ts';
import type { Settings } from '../../settings/table.ts';
import { buildConfigMap } from '../admission/config-map.ts';
import { renderPolicies } from '../admission/render.ts';
import { buildServiceAccount } from '../job/service-account.ts';
import { toYaml } from '../to-yaml.ts';
import { buildCallerJob, buildCallerPod } from './caller.ts';
import { buildClusterConfig } from './cluster-config.ts';
import { buildEmulatorsConfig } from './emulators-config.ts';
import { buildEmulatorsDeployment } from './emulators-deployment.ts';
import { buildEmulatorsService } from './emulators-service.ts';
import { GOOGLE_SERVICE_ACCOUNT, IDENTITY_SETTINGS, INIT_IMAGE, KIND_NAMESPACE } from './names.ts';
import { buildNamespace } from './namespace.ts';

/** For kind itself; not a Kubernetes object, and by its ending not taken for one by kubectl. */
export const CLUSTER_CONFIG_FILE = 'kind-cluster.conf';

/** Renders the cluster's configuration and everything that goes into it. */
export function renderKind(settings: Settings): Files {
  const image = settings.kubernetes.image || INIT_IMAGE;
  const kubernetes = { ...settings.kubernetes, image, namespace: KIND_NAMESPACE };
  const { apiVersion } = kubernetes.admission;
  const account = buildServiceAccount(
    kubernetes.serviceAccount,
    KIND_NAMESPACE,
    GOOGLE_SERVICE_ACCOUNT.email,
  );
  return {
    [CLUSTER_CONFIG_FILE]: toYaml(buildClusterConfig(apiVersion)),
    'namespace.yaml': toYaml(buildNamespace()),
    'emulators-config.yaml': toYaml(buildEmulatorsConfig(settings.aws)),
    'emulators-deployment.yaml': toYaml(buildEmulatorsDeployment()),
    'emulators-service.yaml': toYaml(buildEmulatorsService()),
    'service-account.yaml': toYaml(account),
    'config-map.yaml': toYaml(buildConfigMap(KIND_NAMESPACE, IDENTITY_SETTINGS)),
    ...renderPolicies(kubernetes),
    'job.yaml': toYaml(buildCallerJob(kubernetes)),
    'pod.yaml': toYaml(buildCallerPod()),
  };
}
