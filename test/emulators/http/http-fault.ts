/** How an HTTP fault looks on the wire. */
import { STATUS_CODES } from 'node:http';
import { HTTP_FAULT_KINDS, type HttpFault } from '../faults.ts';
import type { Reply } from './exchange.ts';

/** An HTTP fault that answers, in contrast to `delay`, `hang` and `reset`. */
export type AnsweringFault = Exclude<HttpFault, { kind: 'delay' | 'hang' | 'reset' }>;

/** Whether a fault is one that any HTTP server can show. */
export function isHttpFault(fault: { kind: string }): fault is HttpFault {
  return HTTP_FAULT_KINDS.some((kind) => kind === fault.kind);
}

/**
 * The answer of a fault that answers.
 * @param standardHeaders headers that the emulator itself would send
 */
export function buildFaultReply(
  fault: AnsweringFault,
  standardHeaders: Record<string, string>,
): Reply {
  switch (fault.kind) {
    case 'status':
      return {
        status: fault.status,
        headers: { ...standardHeaders, ...fault.headers },
        body: fault.body ?? `${STATUS_CODES[fault.status]}\n`,
      };
    case 'captive-portal':
      return {
        status: 200,
        headers: { 'Content-Type': 'text/html' },
        body: '<!doctype html><html><body>Please log in to the network.</body></html>',
      };
    case 'redirect':
      return {
        status: 302,
        headers: { ...standardHeaders, Location: fault.location },
        body: '',
      };
    case 'garbage':
      return { status: 200, headers: standardHeaders, body: '\u0000garbage<<<' };
  }
}
