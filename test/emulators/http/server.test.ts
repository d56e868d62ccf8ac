import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Emulator } from '../emulator.ts';
import { createFaultPlan, HTTP_FAULT_KINDS, type HttpFault } from '../faults.ts';
import { textReply } from './exchange.ts';
import { startServer } from './server.ts';

type Fault = HttpFault | { kind: 'rename'; name: string };

function start(options: Parameters<typeof startServer>[1] = {}): Promise<Emulator<Fault>> {
  return startServer<Exclude<Fault, HttpFault>>(
    {
      standardHeaders: { 'X-Standard': 'yes' },
      faults: createFaultPlan<Fault>([...HTTP_FAULT_KINDS, 'rename'], () => true),
      routeOf: ({ path }) => path.slice(1),
      answer: async (_, fault) => textReply(200, `I am ${fault?.name ?? 'myself'}`),
    },
    options,
  );
}

const get = (url: string) => fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5000) });

describe('startServer', () => {
  let emulator: Emulator<Fault>;
  beforeEach(async () => {
    emulator = await start({ control: true });
  });
  afterEach(() => emulator.close());

  test('answers with its standard headers and is found by host and by URL', async () => {
    const response = await get(`http://${emulator.host}/`);
    assert.equal(await response.text(), 'I am myself');
    assert.equal(response.headers.get('x-standard'), 'yes');
    assert.equal(emulator.url, `http://127.0.0.1:${emulator.port}`);
  });

  test('records requests with query, headers and form fields, until cleared', async () => {
    await fetch(`${emulator.url}/path?a=1&b=%26`, {
      method: 'POST',
      headers: { 'X-Mine': 'here' },
      body: new URLSearchParams({ secret: 'kept & shown' }),
    });
    const [request] = emulator.requests;
    assert.equal(emulator.requests.length, 1);
    assert.equal(request?.route, 'path');
    assert.equal(request?.method, 'POST');
    assert.equal(request?.path, '/path');
    assert.deepEqual(request?.query, { a: '1', b: '&' });
    assert.equal(request?.headers['x-mine'], 'here');
    assert.deepEqual(request?.form, { secret: 'kept & shown' });
    emulator.clearRequests();
    assert.equal(emulator.requests.length, 0);
  });

  test('takes no less than its latency', async (t) => {
    const slow = await start({ latencyMs: 60 });
    t.after(slow.close);
    const startedMs = performance.now();
    await get(slow.url);
    // Node's timers may fire up to a millisecond early.
    assert.ok(performance.now() - startedMs >= 59);
  });

  test('refuses to start on a port that is taken', async () => {
    await assert.rejects(start({ port: emulator.port }), { code: 'EADDRINUSE' });
  });

  test('delays the right answer', async () => {
    emulator.faults.next({ kind: 'delay', ms: 60 });
    const startedMs = performance.now();
    assert.equal(await (await get(emulator.url)).text(), 'I am myself');
    assert.ok(performance.now() - startedMs >= 59);
  });

  test('hangs without an answer, and still closes', async () => {
    emulator.faults.next({ kind: 'hang' });
    const response = get(emulator.url);
    const rejected = assert.rejects(response, { name: 'TypeError' });
    while (emulator.requests.length === 0) await new Promise(setImmediate);
    await emulator.close();
    await rejected;
    await assert.rejects(get(emulator.url), { name: 'TypeError' });
    emulator = await start();
  });

  test('resets the connection', async () => {
    emulator.faults.next({ kind: 'reset' });
    const socket = connect(emulator.port, '127.0.0.1');
    socket.end('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await assert.rejects(once(socket, 'close'), { code: 'ECONNRESET' });
  });

  test('answers with a status, headers and a body of choice', async () => {
    emulator.faults.next({
      kind: 'status',
      status: 503,
      body: 'later',
      headers: { 'Retry-After': '1' },
    });
    const response = await get(emulator.url);
    assert.equal(response.status, 503);
    assert.equal(response.headers.get('retry-after'), '1');
    assert.equal(response.headers.get('x-standard'), 'yes');
    assert.equal(await response.text(), 'later');
    assert.equal((await get(emulator.url)).status, 200);
  });

  test('poses as a captive portal: 200, a web page, none of its own headers', async () => {
    emulator.faults.next({ kind: 'captive-portal' });
    const response = await get(emulator.url);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'text/html');
    assert.equal(response.headers.get('x-standard'), null);
  });

  test('redirects', async () => {
    emulator.faults.next({ kind: 'redirect', location: 'http://127.0.0.1:9/elsewhere' });
    const response = await get(emulator.url);
    assert.equal(response.status, 302);
    assert.equal(response.headers.get('location'), 'http://127.0.0.1:9/elsewhere');
  });

  test('answers 200 with garbage', async () => {
    emulator.faults.next({ kind: 'garbage' });
    const response = await get(emulator.url);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('x-standard'), 'yes');
    assert.match(await response.text(), /garbage/);
  });

  test("leaves the service's own faults to the service", async () => {
    emulator.faults.next({ kind: 'rename', name: 'somebody else' });
    assert.equal(await (await get(emulator.url)).text(), 'I am somebody else');
  });
});
