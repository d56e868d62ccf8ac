import { EXIT_CODES } from '../contract.ts';
import { asIdentityError } from '../errors.ts';
import type { Shell, TrialDelivery } from './ports.ts';
import { failed, failedBy, passed, type Step } from './report.ts';

const NAME = 'command';

/**
 * Runs a command line with the environment that `run` would give to COMMAND. Its output goes to
 * stderr, so that stdout holds the report only.
 */
export async function examineCommand(
  commandLine: string,
  { shell, deliver }: { shell: Shell; deliver(): Promise<TrialDelivery> },
  signal: AbortSignal,
): Promise<Step> {
  // Its arguments may hold a secret; who asked knows them.
  const [program = ''] = /^[^\s=]*/.exec(commandLine.trim()) ?? [];
  const facts = [{ name: 'command', value: program }];
  if (!shell.exists()) {
    const problem = 'There is no /bin/sh in this image to run --command with';
    const mend = 'distroless images have none; try --s3, or an image with a shell';
    return failed(NAME, facts, { exitCode: EXIT_CODES.notFound, findings: [{ problem, mend }] });
  }
  try {
    const exitCode = await runDelivered(commandLine, { shell, deliver }, signal);
    if (exitCode === 0) return passed(NAME, [...facts, { name: 'exit code', value: '0' }]);
    const problem = `The command ended with ${exitCode}`;
    const mend = 'its own messages stand above, on stderr';
    return failed(NAME, facts, { exitCode, findings: [{ problem, mend }] });
  } catch (error) {
    signal.throwIfAborted();
    return failedBy(NAME, facts, asIdentityError(error));
  }
}

async function runDelivered(
  commandLine: string,
  { shell, deliver }: { shell: Shell; deliver(): Promise<TrialDelivery> },
  signal: AbortSignal,
): Promise<number> {
  const { env, end } = await deliver();
  try {
    return await shell.run(commandLine, env, signal);
  } finally {
    await end();
  }
}
