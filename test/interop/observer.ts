/** A proxy before S3 and STS that notes who calls: what a server sees of a client's credentials. */
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
  request as sendRequest,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

export interface ObservedRequest {
  atMs: number;
  method: string;
  path: string;
  /** Undefined where the request is not signed, as AssumeRoleWithWebIdentity is not. */
  accessKeyId: string | undefined;
  status: number;
}

export interface Observer {
  readonly url: string;
  readonly requests: readonly ObservedRequest[];
  close(): Promise<void>;
}

/** Signature Version 4: `AWS4-HMAC-SHA256 Credential=ACCESS_KEY_ID/date/region/service/…`. */
const ACCESS_KEY_ID = /Credential=(?<accessKeyId>[^/]+)\//;

/** Starts a proxy that passes everything on to `target`, Host header included: it is signed. */
export async function startObserver(target: string): Promise<Observer> {
  const requests: ObservedRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    passOn(target, incoming, outgoing)
      .then((status) => requests.push(observe(incoming, status)))
      .catch(() => outgoing.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

async function passOn(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<number> {
  const { method, headers, url = '/' } = incoming;
  const { hostname, port } = new URL(target);
  const passed = sendRequest({ hostname, port, method, headers, path: url });
  const answered = once(passed, 'response') as Promise<[IncomingMessage]>;
  await pipeline(incoming, passed);
  const [response] = await answered;
  const status = response.statusCode ?? 502;
  outgoing.writeHead(status, response.headers);
  await pipeline(response, outgoing);
  return status;
}

function observe({ method = '', url = '', headers }: IncomingMessage, status: number) {
  const { accessKeyId } = ACCESS_KEY_ID.exec(headers.authorization ?? '')?.groups ?? {};
  const path = decodeURIComponent(new URL(url, 'http://observed').pathname);
  return { atMs: Date.now(), method, path, accessKeyId, status };
}
