/** A request as the emulators see it, and the reply they give. */
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

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

/** Gives a request its route. */
export type RouteOf = (request: Omit<RecordedRequest, 'route'>) => string;

/** Reads a request whole; repeated query or form fields keep their last value. */
export async function readRequest(
  incoming: IncomingMessage,
  routeOf: RouteOf,
): Promise<RecordedRequest> {
  const url = new URL(`http://emulator${incoming.url}`);
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

export function textReply(status: number, body: string): Reply {
  return { status, headers: { 'Content-Type': 'application/text' }, body };
}

export function jsonReply(value: unknown): Reply {
  const headers = { 'Content-Type': 'application/json' };
  return { status: 200, headers, body: JSON.stringify(value) };
}
