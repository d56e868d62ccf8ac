/** Runs `doctor`, and sees to it that it gives no secret away. */
import assert from 'node:assert/strict';
import type { Report } from '../../init/doctor/report.ts';
import type { Ended } from './executable.ts';
import type { Scene } from './scene.ts';

/** The status of each step, by its name. */
export function statuses(steps: Report['steps']): Record<string, string> {
  return Object.fromEntries(steps.map(({ name, status }) => [name, status]));
}

/** Runs doctor at the most talkative level, and sees to it that it gives no secret away. */
export async function runSecretly(
  scene: Scene,
  args: readonly string[],
  env: Record<string, string | undefined>,
): Promise<Ended> {
  const ended = await scene.run(['doctor', '--log-level', 'debug', ...args], { env });
  const shown = ended.stdout + ended.stderr;
  for (const secret of secretsOf(scene)) assert.ok(!shown.includes(secret), shown);
  assert.doesNotMatch(shown, /eyJ|A[SK]IA[A-Z0-9]{10}|hunter2/);
  return ended;
}

/** What went over the wire to STS: each part of the tokens, and the credentials. */
function secretsOf({ sts }: Scene): string[] {
  return sts.requests.flatMap(({ form, headers }) => [
    ...(form['WebIdentityToken']?.split('.') ?? []),
    ...(headers['x-amz-security-token'] ?? '').split(' ').filter(Boolean),
  ]);
}
