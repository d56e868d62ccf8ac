/**
 * Consumers: pods whose AWS SDK, unmodified and with its default credential chain, asks STS who it
 * is. One is a Job with the identity built in; the other is a plain pod with nothing but the label.
 */

import type { V1Container, V1Job, V1Pod } from '@kubernetes/client-node';
import { VARIABLES } from '../../../init/contract.ts';
import type { Settings } from '../../settings/table.ts';
import { buildJob } from '../job/job.ts';
import { ANNOTATION_PREFIX, INJECT_LABEL } from '../names.ts';
import {
  EMULATORS_IMAGE,
  IDENTITY_SETTINGS,
  KIND_NAMESPACE,
  REGION,
  STS_ENDPOINT,
} from './names.ts';

export const CALLER_POD_NAME = 'caller';

/** Builds the Job: it calls once, with credentials of the init container. */
export function buildCallerJob(kubernetes: Settings['kubernetes']): V1Job {
  return buildJob({
    identity: IDENTITY_SETTINGS,
    region: REGION,
    kubernetes: { ...kubernetes, mode: 'one-shot' },
    worker: callerContainer([]),
  });
}

/** Builds the labelled pod: it calls until its credentials have been refreshed. */
export function buildCallerPod(): V1Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: CALLER_POD_NAME,
      namespace: KIND_NAMESPACE,
      labels: { [INJECT_LABEL]: 'true' },
      annotations: { [`${ANNOTATION_PREFIX}mode`]: 'refreshing' },
    },
    spec: {
      restartPolicy: 'Never',
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 10_002,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          ...callerContainer(['--until-refreshed']),
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  };
}

function callerContainer(args: string[]): V1Container {
  return {
    name: 'caller',
    image: EMULATORS_IMAGE,
    imagePullPolicy: 'IfNotPresent',
    args: ['/app/test/kind/caller.ts', ...args],
    env: [{ name: VARIABLES.stsEndpoint, value: STS_ENDPOINT }],
  };
}
