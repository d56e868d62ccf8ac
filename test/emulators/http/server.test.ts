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

  test('takes no less than its latency', async () => {
    const slow = await start({ latencyMs: 60 });
    const startedMs = performance.now();
    await get(slow.url);
    // Node's timers may fire up to a millisecond early.
    assert.ok(performance.now() - startedMs >= 59);
    await slow.close();
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
    const [error] = await once(socket, 'error');
    assert.equal((error as NodeJS.ErrnoException).code, 'ECONNRESET');
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

describe('control routes', () => {
  let emulator: Emulator<Fault>;
  beforeEach(async () => {
    emulator = await start({ control: true });
  });
  afterEach(() => emulator.close());

  const order = (body: unknown) =>
    fetch(`${emulator.url}/_control/faults`, { method: 'POST', body: JSON.stringify(body) });
  const statusOf = async (path: string) => (await get(`${emulator.url}${path}`)).status;

  test('plan the next faults, on a route', async () => {
    const fault = { kind: 'status', status: 429 };
    assert.equal((await order({ next: fault, times: 2, on: 'a' })).status, 204);
    const statuses = [];
    for (const path of ['/b', '/a', '/a', '/a']) statuses.push(await statusOf(path));
    assert.deepEqual(statuses, [200, 429, 429, 200]);
  });

  test('plan a lasting fault and clear it', async () => {
    await order({ always: { kind: 'status', status: 500 } });
    assert.deepEqual([await statusOf('/'), await statusOf('/')], [500, 500]);
    await order({ clear: true });
    assert.equal(await statusOf('/'), 200);
  });

  const refusals: { name: string; body: unknown; message: RegExp }[] = [
    { name: 'an order of nothing', body: {}, message: /next, always or clear/ },
    { name: 'two orders at once', body: { clear: true, next: { kind: 'hang' } }, message: /next,/ },
    { name: 'a null order', body: null, message: /JSON object/ },
    {
      name: 'an unknown kind, naming those it knows',
      body: { always: { kind: 'explode' } },
      message: /explode.*kinds: delay, hang/,
    },
  ];
  for (const { name, body, message } of refusals) {
    test(`refuse ${name}, and plan nothing`, async () => {
      const response = await order(body);
      assert.equal(response.status, 400);
      assert.match(await response.text(), message);
      assert.equal(await statusOf('/'), 200);
    });
  }

  test('show the requests, themselves left out, and clear them', async () => {
    await get(`${emulator.url}/seen`);
    const requests = await (await get(`${emulator.url}/_control/requests`)).json();
    assert.deepEqual(
      (requests as { path: string }[]).map(({ path }) => path),
      ['/seen'],
    );
    await fetch(`${emulator.url}/_control/requests`, { method: 'DELETE' });
    assert.deepEqual(emulator.requests, []);
  });

  test('stay reachable while everything else hangs', async () => {
    emulator.faults.always({ kind: 'hang' });
    assert.equal((await order({ clear: true })).status, 204);
  });

  test('are ordinary paths unless asked for', async () => {
    const plain = await start();
    const response = await get(`${plain.url}/_control/requests`);
    assert.equal(await response.text(), 'I am myself');
    assert.equal(plain.requests.length, 1);
    await plain.close();
  });
});
