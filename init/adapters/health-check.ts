import { ENDPOINT_HOST, HEALTH_PATH } from '../contract.ts';
import { IdentityError } from '../errors.ts';

const TIMEOUT_MS = 2_000;

/**
 * Asks the endpoint on this machine whether it has credentials: an exec probe, since a kubelet
 * cannot reach the loopback interface of a pod.
 * @throws IdentityError ERR_TEMPORARY when it has none, or does not answer
 */
export async function checkHealth(port: number): Promise<void> {
  const url = `http://${ENDPOINT_HOST}:${port}${HEALTH_PATH}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
    (cause: unknown) => {
      throw new IdentityError('ERR_TEMPORARY', `Nothing answers at ${url}`, {
        cause,
        hint: 'is serve running, on this port?',
      });
    },
  );
  if (response.status === 200) return;
  throw new IdentityError('ERR_TEMPORARY', `No valid credentials yet: ${await response.text()}`, {
    hint: 'the log of serve says why',
  });
}
