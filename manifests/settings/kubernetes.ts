/** Settings of the Kubernetes side: the pods that get the identity, and the policies that inject it. */

import { DEFAULTS, LIMITS } from '../../init/contract.ts';
import { MODES } from '../kubernetes/names.ts';
import { integer, listOf, oneOf, sequenceOf, text } from './kinds.ts';
import type { Section } from './setting.ts';

/** Names of objects and containers: RFC 1123 labels. */
const label = text(
  /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
  '1 to 63 lower-case letters, digits and hyphens',
);
const image = text(/^[a-z0-9][\w.:/@-]*$/, 'an image reference, best by digest (…@sha256:…)');
const quantity = text(
  /^\d+(\.\d+)?(m|k|Ki|M|Mi|G|Gi)?$/,
  'a Kubernetes quantity such as 50m or 96Mi',
);
const argument = text(/^[^\0]+$/, 'an argument that is not empty');

export const kubernetes = {
  namespace: { kind: label, default: 'default', help: 'namespace of the pods' },
  serviceAccount: {
    kind: label,
    default: 'beam-worker',
    help: "the pods' Kubernetes service account, linked to google.serviceAccount",
  },
  image: {
    kind: image,
    default: '',
    requiredBy: ['job', 'admission'],
    help: "this project's image for pods (the Dockerfile's target init)",
  },
  imagePullPolicy: {
    kind: oneOf('IfNotPresent', 'Always', 'Never'),
    default: 'IfNotPresent' as const,
    help: 'when the kubelet pulls it',
  },
  mode: {
    kind: oneOf(...MODES),
    default: 'one-shot' as const,
    help: 'one-shot: a credentials file, written once; refreshing: an endpoint that stays fresh',
  },
  durationSeconds: {
    kind: integer(LIMITS.durationSeconds, 'seconds'),
    default: DEFAULTS.durationSeconds,
    help: 'how long credentials last; at most aws.role.maxSessionDurationSeconds',
  },
  resources: {
    requests: {
      cpu: { kind: quantity, default: '50m', help: 'CPU that the identity container asks for' },
      memory: { kind: quantity, default: '96Mi', help: 'memory that it asks for' },
    },
    limits: {
      cpu: { kind: quantity, default: '500m', help: 'CPU that it may use' },
      memory: { kind: quantity, default: '192Mi', help: 'memory that it may use' },
    },
  },
  beam: {
    image: {
      kind: image,
      default: '',
      requiredBy: ['job'],
      help: 'Beam image: of the pipeline for the Job, an SDK harness for the Deployment',
    },
    command: {
      kind: sequenceOf(argument),
      default: [],
      requiredBy: ['job'],
      help: "the Job's command: what starts the pipeline",
    },
    workers: {
      kind: integer({ min: 0, max: 1000 }, 'pods'),
      default: 1,
      help: 'pods of the Deployment, each a worker pool on port 50000',
    },
    resources: {
      requests: {
        cpu: { kind: quantity, default: '500m', help: 'CPU that the Beam container asks for' },
        memory: { kind: quantity, default: '1Gi', help: 'memory that it asks for' },
      },
      limits: {
        cpu: { kind: quantity, default: '2', help: 'CPU that it may use' },
        memory: { kind: quantity, default: '2Gi', help: 'memory that it may use' },
      },
    },
  },
  admission: {
    apiVersion: {
      kind: oneOf('v1', 'v1beta1'),
      default: 'v1' as const,
      help: 'of MutatingAdmissionPolicy: v1 from Kubernetes 1.36, v1beta1 for 1.34 and 1.35',
    },
    excludedNamespaces: {
      kind: listOf(label),
      default: ['kube-system', 'kube-public', 'kube-node-lease'],
      help: 'namespaces that the policies leave alone',
    },
  },
} satisfies Section;
