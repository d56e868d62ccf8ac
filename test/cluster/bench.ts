/**
 * What the policies cost: the time of a pod's creation on a real kube-apiserver, one at a time.
 *
 *   npm run bench:admission [-- CREATIONS]
 */

import { performance } from 'node:perf_hooks';
import { argv, stdout } from 'node:process';
import type { V1Pod } from '@kubernetes/client-node';
import type { KubernetesApi } from './api.ts';
import {
  applyFiles,
  createNamespace,
  labelledPod,
  renderFiles,
  waitUntilMutating,
} from './install.ts';
import { startCluster } from './server.ts';

const creations = Number(argv[2] ?? 1000);
const cluster = await startCluster();
try {
  const { api } = cluster;
  const metadata = { name: 'default' };
  await createNamespace(api, { apiVersion: 'v1', kind: 'Namespace', metadata });
  await measure(api, 'warm-up', true);
  const without = await measure(api, 'without', true);
  await applyFiles(api, renderFiles('admission'));
  await waitUntilMutating(api, 'default');
  const unlabelled = await measure(api, 'unlabelled', false);
  const injected = await measure(api, 'injected', true);
  stdout.write(`${creations} pod creations each, one at a time; milliseconds\n`);
  print('no policies', without);
  print('policies, pod without the label', unlabelled);
  print('policies, identity injected', injected);
  const added = percentile(injected, 0.5) - percentile(without, 0.5);
  stdout.write(`injection adds ${added.toFixed(2)} ms at the median\n`);
} finally {
  await cluster.stop();
}

/** Creates pods; returns how long each took, sorted. */
async function measure(api: KubernetesApi, prefix: string, isLabelled: boolean): Promise<number[]> {
  const durationsMs: number[] = [];
  for (let index = 0; index < creations; index += 1) {
    const pod = podFor(`${prefix}-${index}`, isLabelled);
    const start = performance.now();
    await api.create(pod);
    durationsMs.push(performance.now() - start);
  }
  return durationsMs.sort((one, other) => one - other);
}

function podFor(name: string, isLabelled: boolean): V1Pod {
  const pod = labelledPod('default', name);
  return isLabelled ? pod : { ...pod, metadata: { name, namespace: 'default' } };
}

function percentile(sorted: readonly number[], fraction: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? Number.NaN;
}

function print(title: string, sorted: readonly number[]): void {
  const [median, p99] = [0.5, 0.99].map((fraction) => percentile(sorted, fraction).toFixed(2));
  stdout.write(`${title.padEnd(32)} median ${median?.padStart(6)}  p99 ${p99?.padStart(6)}\n`);
}
