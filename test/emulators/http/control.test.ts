import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Emulator } from '../emulator.ts';
import { createFaultPlan, HTTP_FAULT_KINDS, type HttpFault } from '../faults.ts';
import { textReply } from './exchange.ts';
import { startServer } from './server.ts';

const start = (options: { control: boolean }): Promise<Emulator<HttpFault>> =>
  startServer<never>(
    {
      standardHeaders: {},
      faults: createFaultPlan(HTTP_FAULT_KINDS, () => true),
      routeOf: ({ path }) => path.slice(1),
      answer: async () => textReply(200, 'I am myself'),
    },
    options,
  );

describe('control routes', () => {
  let emulator: Emulator<HttpFault>;
  beforeEach(async () => {
    emulator = await start({ control: true });
  });
  afterEach(() => emulator.close());

  const order = (body: unknown) =>
    fetch(`${emulator.url}/_control/faults`, { method: 'POST', body: JSON.stringify(body) });
  const statusOf = async (path: string) => (await fetch(`${emulator.url}${path}`)).status;

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
    await fetch(`${emulator.url}/seen`);
    const requests = await (await fetch(`${emulator.url}/_control/requests`)).json();
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

  test('are ordinary paths unless asked for', async (t) => {
    const plain = await start({ control: false });
    t.after(plain.close);
    const response = await fetch(`${plain.url}/_control/requests`);
    assert.equal(await response.text(), 'I am myself');
    assert.equal(plain.requests.length, 1);
  });
});
