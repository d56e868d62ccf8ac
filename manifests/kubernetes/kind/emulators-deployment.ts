/** The emulators of Google's metadata server and AWS STS, as one pod. */

import type { V1Deployment, V1PodSpec } from '@kubernetes/client-node';
import { CONFIG_KEY } from './emulators-config.ts';
import {
  EMULATORS_IMAGE,
  EMULATORS_NAME,
  KIND_NAMESPACE,
  METADATA_PORT,
  STS_PORT,
} from './names.ts';

const labels = { 'app.kubernetes.io/name': EMULATORS_NAME };

/** Builds the Deployment. Here, unlike in the tests, the servers listen on the pod's address. */
export function buildEmulatorsDeployment(): V1Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: EMULATORS_NAME, namespace: KIND_NAMESPACE },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec },
    },
  };
}

const podSpec: V1PodSpec = {
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      name: 'emulators',
      image: EMULATORS_IMAGE,
      imagePullPolicy: 'IfNotPresent',
      args: ['/app/test/emulators/main.ts', '--host=0.0.0.0', `--config=/config/${CONFIG_KEY}`],
      ports: [
        { name: 'metadata', containerPort: METADATA_PORT },
        { name: 'sts', containerPort: STS_PORT },
      ],
      readinessProbe: { tcpSocket: { port: 'sts' }, periodSeconds: 1 },
      resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '256Mi' } },
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        readOnlyRootFilesystem: true,
      },
      volumeMounts: [{ name: 'config', mountPath: '/config', readOnly: true }],
    },
  ],
  volumes: [{ name: 'config', configMap: { name: EMULATORS_NAME } }],
};
