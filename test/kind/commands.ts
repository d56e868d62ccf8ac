/** The commands of this suite's tools, and what to do where one is missing. */

import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

export type Tool = 'docker' | 'kind';

const HOW_TO_GET: { readonly [tool in Tool]: string } = {
  docker: 'a running Docker Engine: https://docs.docker.com/engine/install/',
  kind: 'kind 0.32 or later: https://kind.sigs.k8s.io/docs/user/quick-start/#installation',
};

/** Lists what is missing, each with how to get it. */
export function findMissingTools(): string[] {
  const probes: [Tool, string[]][] = [
    ['docker', ['info']],
    ['kind', ['version']],
  ];
  return probes
    .filter(([tool, args]) => spawnSync(tool, args, { stdio: 'ignore' }).status !== 0)
    .map(([tool]) => `${tool} does not run; it takes ${HOW_TO_GET[tool]}`);
}

/** Runs a tool in the repository's root, its messages on standard error; returns its output. */
export function run(tool: Tool, args: readonly string[], input?: string): string {
  return execFileSync(tool, args, {
    cwd: root,
    encoding: 'utf8',
    input: input ?? '',
    stdio: ['pipe', 'pipe', 'inherit'],
    maxBuffer: 64 * 1024 * 1024,
  });
}
