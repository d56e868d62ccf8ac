/** SeaweedFS's STS behind a server that can misbehave, and that notes which credentials it let pass. */
import type { Emulator } from '../emulators/emulator.ts';
import { createFaultPlan, HTTP_FAULT_KINDS, type HttpFault } from '../emulators/faults.ts';
import type { RecordedRequest, Reply } from '../emulators/http/exchange.ts';
import { startServer } from '../emulators/http/server.ts';

export interface Issued {
  roleSessionName: string;
  atMs: number;
  expirationMs: number;
}

export interface StsGateway extends Emulator<HttpFault> {
  readonly issued: readonly Issued[];
}

/** @param target the URL of the STS */
export async function startStsGateway(target: string): Promise<StsGateway> {
  const issued: Issued[] = [];
  const emulator = await startServer<never>(
    {
      standardHeaders: { 'Content-Type': 'text/xml' },
      faults: createFaultPlan<HttpFault>(HTTP_FAULT_KINDS, () => true),
      routeOf: ({ form }) => form['Action'] ?? '',
      async answer(request) {
        const reply = await passOn(target, request);
        const expiration = /<Expiration>(?<at>[^<]+)/.exec(reply.body)?.groups?.['at'];
        if (expiration) {
          const roleSessionName = request.form['RoleSessionName'] ?? '';
          issued.push({ roleSessionName, atMs: Date.now(), expirationMs: Date.parse(expiration) });
        }
        return reply;
      },
    },
    {},
  );
  return { ...emulator, issued };
}

async function passOn(target: string, { path, body }: RecordedRequest): Promise<Reply> {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const answer = await fetch(new URL(path, target), { method: 'POST', headers, body });
  return { status: answer.status, body: await answer.text() };
}
