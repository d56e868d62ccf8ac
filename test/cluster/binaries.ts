/** The binaries that prepare.sh builds; building them is its business. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { env } from 'node:process';

export type Binaries = { readonly etcd: string; readonly kubeApiServer: string };

/**
 * Returns the paths, building first where the cache is cold; KUBERNETES_VERSION chooses among the
 * folders `kubernetes-VERSION`. Throws with the script's own words.
 */
export function prepareBinaries(): Binaries {
  const script = join(import.meta.dirname, 'prepare.sh');
  const folder = execFileSync('sh', [script, env['KUBERNETES_VERSION'] ?? '1.36'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();
  return { etcd: join(folder, 'etcd'), kubeApiServer: join(folder, 'kube-apiserver') };
}
