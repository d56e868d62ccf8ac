/** The HTTP server under both emulators: records requests, shows HTTP faults, closes for good. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Emulator, EmulatorOptions } from '../emulator.ts';
import type { FaultPlan, HttpFault } from '../faults.ts';
import { answerControl, CONTROL_ROOT } from './control.ts';
import { type RecordedRequest, type Reply, type RouteOf, readRequest } from './exchange.ts';
import { buildFaultReply, isHttpFault } from './http-fault.ts';

/** What distinguishes one emulator from another. */
export interface Service<Own extends { kind: string }> {
  /** Headers of every answer, faults included, except a captive portal's. */
  standardHeaders: Record<string, string>;
  faults: FaultPlan<HttpFault | Own>;
  routeOf: RouteOf;
  /** Answers a request, with the service's own fault where the plan has one. */
  answer(request: RecordedRequest, fault: Own | undefined): Promise<Reply>;
}

/** Starts an HTTP server for a service. Rejects when the port is taken. */
export async function startServer<Own extends { kind: string }>(
  service: Service<Own>,
  options: EmulatorOptions,
): Promise<Emulator<HttpFault | Own>> {
  const { port = 0, bindAddress = '127.0.0.1', latencyMs = 0, control = false } = options;
  const requests: RecordedRequest[] = [];

  async function respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming, service.routeOf);
    if (control && request.path.startsWith(CONTROL_ROOT)) {
      return send(response, answerControl(request, service.faults, requests));
    }
    requests.push(request);
    if (latencyMs > 0) await pause(latencyMs);
    return send(response, await answerOrMisbehave(service, request, incoming.socket));
  }

  const server = createServer((incoming, response) => {
    respond(incoming, response).catch((error: unknown) => {
      send(response, { status: 500, body: `The emulator failed: ${String(error)}\n` });
    });
  });
  const boundPort = await listen(server, port, bindAddress);
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
    close: () => close(server),
  };
}

/** The service's answer or the planned fault's; undefined where there is to be no answer. */
async function answerOrMisbehave<Own extends { kind: string }>(
  service: Service<Own>,
  request: RecordedRequest,
  socket: Socket,
): Promise<Reply | undefined> {
  const { standardHeaders, faults } = service;
  const answer = async (fault?: Own) => {
    const reply = await service.answer(request, fault);
    return { ...reply, headers: { ...standardHeaders, ...reply.headers } };
  };

  const fault = faults.take(request.route);
  if (!fault || !isHttpFault(fault)) return answer(fault);
  switch (fault.kind) {
    case 'delay':
      await pause(fault.ms);
      return answer();
    case 'hang':
      return undefined;
    case 'reset':
      socket.resetAndDestroy();
      return undefined;
    default:
      return buildFaultReply(fault, standardHeaders);
  }
}

/** A pause that does not keep the process alive. */
function pause(ms: number): Promise<void> {
  return sleep(ms, undefined, { ref: false });
}

function send(response: ServerResponse, reply: Reply | undefined): void {
  if (reply) response.writeHead(reply.status, reply.headers).end(reply.body);
}

function listen(server: Server, port: number, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => resolve((server.address() as AddressInfo).port));
  });
}

function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  return closed;
}
