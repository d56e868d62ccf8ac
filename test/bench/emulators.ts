/**
 * The emulators in a process of their own, so that neither waits for what is measured. Takes the
 * options of the STS as JSON; sends the environment that points at both, and answers every message
 * with the number of AssumeRoleWithWebIdentity calls so far.
 */
import { startEmulators } from '../emulators/start.ts';

const emulators = await startEmulators({ sts: JSON.parse(process.argv[2] ?? '{}') });
process.send?.(emulators.environment);
process.on('message', () => {
  const { requests } = emulators.sts;
  process.send?.(requests.filter(({ route }) => route === 'AssumeRoleWithWebIdentity').length);
});
