/** `npm run render -- job`: what a Beam pipeline with the identity needs in its namespace. */

import { BEAM_BOOT_PATH } from '../../../init/contract.ts';
import type { Files } from '../../renderers.ts';
import { resolveServiceAccount } from '../../service-account.ts';
import type { Settings } from '../../settings/table.ts';
import { buildIdentitySettings } from '../identity-settings.ts';
import { toYaml } from '../to-yaml.ts';
import { buildDeployment, WORKER_POOL_PORT } from './deployment.ts';
import { buildJob } from './job.ts';
import { buildServiceAccount } from './service-account.ts';
import type { WorkerPodOptions } from './worker-pod.ts';

/** Renders the service account, the Job and the Deployment. */
export function renderJob(settings: Settings): Files {
  const { aws, google, kubernetes } = settings;
  const { beam, namespace, serviceAccount } = kubernetes;
  const { email } = resolveServiceAccount(google);
  const identity = buildIdentitySettings(settings);
  const pod = { identity, region: aws.region, kubernetes };
  const pipeline: WorkerPodOptions['worker'] = {
    name: 'beam',
    image: beam.image,
    command: [...beam.command],
    resources: beam.resources,
  };
  const pool: WorkerPodOptions['worker'] = {
    name: 'beam',
    image: beam.image,
    command: [BEAM_BOOT_PATH],
    args: ['--worker_pool'],
    ports: [{ name: 'worker-pool', containerPort: WORKER_POOL_PORT }],
    resources: beam.resources,
  };
  return {
    'service-account.yaml': toYaml(buildServiceAccount(serviceAccount, namespace, email)),
    'job.yaml': toYaml(buildJob({ ...pod, worker: pipeline })),
    'deployment.yaml': toYaml(buildDeployment({ ...pod, worker: pool })),
  };
}
