import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { type ListeningEndpoint, listen } from '../../../init/adapters/http-server.ts';
import type { EndpointRequest } from '../../../init/deliver/endpoint.ts';

describe('listen', () => {
  let endpoint: ListeningEndpoint;
  const seen: { request: EndpointRequest; port: number }[] = [];
  before(async () => {
    endpoint = await listen(undefined, (request, port) => {
      seen.push({ request, port });
      return { status: 503, body: '{"message":"später"}' };
    });
  });
  after(() => endpoint.close());

  test('hands over what a request says, and the port it came to', async () => {
    const headers = { authorization: 'token' };
    await fetch(`http://127.0.0.1:${endpoint.port}/v1/credentials?a=1`, { method: 'PUT', headers });
    assert.deepEqual(seen.at(-1), {
      request: {
        method: 'PUT',
        path: '/v1/credentials?a=1',
        host: `127.0.0.1:${endpoint.port}`,
        authorization: 'token',
      },
      port: endpoint.port,
    });
  });

  test('answers with status and body, as JSON that nobody may keep', async () => {
    const response = await fetch(`http://127.0.0.1:${endpoint.port}/`);
    assert.equal(response.status, 503);
    assert.equal(response.headers.get('content-type'), 'application/json');
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.deepEqual(await response.json(), { message: 'später' });
  });

  test('cannot be reached by any other address of this machine', async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address))
      .filter((address) => address !== '127.0.0.1' && !address.startsWith('[fe80'));
    for (const address of [...others, '127.0.0.2']) {
      await assert.rejects(fetch(`http://${address}:${endpoint.port}/`), TypeError, address);
    }
  });

  test('takes the port that it is given, and refuses a taken one by its number', async () => {
    const { port } = endpoint;
    await assert.rejects(
      listen(port, () => ({ status: 200, body: '' })),
      {
        code: 'ERR_CONFIG',
        exitCode: 78,
        message: new RegExp(`^Cannot listen on 127\\.0\\.0\\.1:${port}: .*EADDRINUSE`),
        hint: /--port/,
      },
    );
  });

  test('ends also with a client that keeps its connection', async () => {
    const other = await listen(undefined, () => ({ status: 200, body: '{}' }));
    await fetch(`http://127.0.0.1:${other.port}/`);
    other.close();
    await assert.rejects(fetch(`http://127.0.0.1:${other.port}/`), TypeError);
  });
});
