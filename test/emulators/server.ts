/** The HTTP server under both emulators: records requests, shows HTTP faults, closes for good. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultPlan, HttpFault } from './faults.ts';
import { buildFaultReply, isHttpFault } from './http-fault.ts';

/** A request as it arrived; nothing is redacted, tests want to look. */
export interface RecordedRequest {
  /** The name by which faults select: `identity`, `AssumeRoleWithWebIdentity`, … */
  route: string;
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  /** Fields of an application/x-www-form-urlencoded body; empty for any other body. */
  form: Record<string, string>;
  body: string;
}

export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

/** Options of either emulator. */
export interface EmulatorOptions {
  /** Port to listen on; default 0, a free one. */
  port?: number;
  /** Address to listen on; default 127.0.0.1. */
  bindAddress?: string;
  /** Milliseconds that every answer takes at least; default 0. */
  latencyMs?: number;
  /** The emulator's clock, milliseconds since the epoch; default Date.now. */
  now?: () => number;
  /** Lets other processes plan faults and read requests under `/_control/`; default false. */
  control?: boolean;
}

/** A running emulator. */
export interface Emulator<Fault> {
  readonly port: number;
  /** `127.0.0.1:PORT`, as GCE_METADATA_HOST wants it. */
  readonly host: string;
  /** `http://127.0.0.1:PORT`, as AWS_ENDPOINT_URL_STS wants it. */
  readonly url: string;
  readonly faults: FaultPlan<Fault>;
  /** The requests since the start or the last `clearRequests`, oldest first. */
  readonly requests: readonly RecordedRequest[];
  clearRequests(): void;
  /** Stops listening and ends every connection, also those that a fault left hanging. */
  close(): Promise<void>;
}

/** What distinguishes one emulator from another. */
export interface Service<Own extends { kind: string }> {
  /** Headers of every answer, faults included, except a captive portal's. */
  standardHeaders: Record<string, string>;
  faults: FaultPlan<HttpFault | Own>;
  routeOf(request: Omit<RecordedRequest, 'route'>): string;
  /** Answers a request, with the service's own fault where the plan has one. */
  answer(request: RecordedRequest, fault: Own | undefined): Promise<Reply>;
}

/** Starts an HTTP server for a service. Rejects when the port is taken. */
export async function startServer<Own extends { kind: string }>(
  service: Service<Own>,
  options: EmulatorOptions,
): Promise<Emulator<HttpFault | Own>> {
  const { port = 0, bindAddress = '127.0.0.1', latencyMs = 0 } = options;
  const requests: RecordedRequest[] = [];

  const server = createServer((incoming, response) => {
    respond(incoming, response).catch((error: unknown) => {
      response.writeHead(500).end(`The emulator failed: ${String(error)}\n`);
    });
  });

  async function respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming, service.routeOf);
    requests.push(request);
    if (latencyMs > 0) await sleep(latencyMs, undefined, { ref: false });
    const fault = service.faults.take(request.route);
    const reply =
      fault && isHttpFault(fault)
        ? await showHttpFault(fault, request, incoming)
        : await answer(request, fault);
    if (reply) response.writeHead(reply.status, reply.headers).end(reply.body);
  }

  async function answer(request: RecordedRequest, fault: Own | undefined): Promise<Reply> {
    const reply = await service.answer(request, fault);
    return { ...reply, headers: { ...service.standardHeaders, ...reply.headers } };
  }

  /** Undefined where the fault is that there is no answer. */
  async function showHttpFault(
    fault: HttpFault,
    request: RecordedRequest,
    incoming: IncomingMessage,
  ): Promise<Reply | undefined> {
    if (fault.kind === 'hang') return undefined;
    if (fault.kind === 'reset') {
      incoming.socket.resetAndDestroy();
      return undefined;
    }
    if (fault.kind !== 'delay') return buildFaultReply(fault, service.standardHeaders);
    await sleep(fault.ms, undefined, { ref: false });
    return answer(request, undefined);
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, bindAddress, resolve);
  });
  const { port: boundPort } = server.address() as AddressInfo;
  const host = `127.0.0.1:${boundPort}`;
  return {
    port: boundPort,
    host,
    url: `http://${host}`,
    faults: service.faults,
    requests,
    clearRequests() {
      requests.length = 0;
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

async function readRequest(
  incoming: IncomingMessage,
  routeOf: (request: Omit<RecordedRequest, 'route'>) => string,
): Promise<RecordedRequest> {
  const url = new URL(incoming.url ?? '/', 'http://emulator');
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
  );
  const body = await text(incoming);
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  const request = {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers,
    form: isForm ? Object.fromEntries(new URLSearchParams(body)) : {},
    body,
  };
  return { route: routeOf(request), ...request };
}
