/** What an AWS SDK in COMMAND does with the variables that it finds. */
import type { RunningExecutable } from './executable.ts';

/** COMMAND that shows its environment and then stays. */
export const SHOW_AND_STAY: readonly string[] = [
  '/bin/sh',
  '-c',
  'env; echo shown; exec sleep 300',
];

/** The loopback endpoint as COMMAND knows it. */
export interface EndpointAccess {
  url: string;
  authorization: string;
}

/** What the endpoint answers; which fields there are depends on the status. */
export interface EndpointAnswer {
  status: number;
  body: Partial<Record<'AccessKeyId' | 'Token' | 'Expiration' | 'code' | 'message', string>>;
}

/** Reads the variables that SHOW_AND_STAY has printed. */
export async function readEndpointAccess(running: RunningExecutable): Promise<EndpointAccess> {
  const [shown] = await running.printed(/^.*^shown$/ms);
  const read = (name: string) => shown.match(new RegExp(`^${name}=(.*)$`, 'm'))?.[1] ?? '';
  return {
    url: read('AWS_CONTAINER_CREDENTIALS_FULL_URI'),
    authorization: read('AWS_CONTAINER_AUTHORIZATION_TOKEN'),
  };
}

/** Asks the endpoint for credentials, as an SDK does. */
export async function fetchCredentials({
  url,
  authorization,
}: EndpointAccess): Promise<EndpointAnswer> {
  const response = await fetch(url, { headers: { authorization } });
  return { status: response.status, body: (await response.json()) as EndpointAnswer['body'] };
}
