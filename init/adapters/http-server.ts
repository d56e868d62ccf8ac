import { createServer } from 'node:http';
import { ENDPOINT_HOST } from '../contract.ts';
import type { EndpointRequest, EndpointResponse } from '../deliver/endpoint.ts';
import { IdentityError } from '../errors.ts';

export interface ListeningEndpoint {
  port: number;
  close(): void;
}

/**
 * Listens on the loopback interface, on a port or on a free one, and answers with a pure function.
 * @throws IdentityError ERR_CONFIG when the port is taken
 */
export async function listen(
  port: number | undefined,
  answer: (request: EndpointRequest, port: number) => EndpointResponse,
): Promise<ListeningEndpoint> {
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    const { host, authorization } = headers;
    const { status, body } = answer({ method, path: url, host, authorization }, boundPort());
    response.writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
    });
    response.end(body);
  });
  const boundPort = () => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(port, error)));
    server.listen(port ?? 0, ENDPOINT_HOST, resolve);
  });
  return {
    port: boundPort(),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function cannotListen(port: number | undefined, cause: Error): IdentityError {
  return new IdentityError(
    'ERR_CONFIG',
    `Cannot listen on ${ENDPOINT_HOST}:${port ?? 'a free port'}: ${cause.message}`,
    { cause, hint: 'choose another port with --port' },
  );
}
