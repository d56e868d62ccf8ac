/** Proxies that the environment names: STS may be asked through one, the metadata server never. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { reservePort } from '../emulators/reserve-port.ts';
import { createScene } from './scene.ts';

const INIT = ['init'];

describe('the metadata server', { concurrency: 4 }, () => {
  for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy']) {
    test(`is never asked through a proxy: ${name}`, async (t) => {
      const scene = await createScene(t);
      const proxy = await startProxy(t);
      const { code, stderr } = await scene.run(INIT, { env: { [name]: proxy.url } });
      assert.equal(code, 0, stderr);
      assert.deepEqual(proxy.targets, []);
    });
  }

  test('is reached although every proxy is dead', async (t) => {
    const scene = await createScene(t);
    const dead = `http://127.0.0.1:${await reservePort()}`;
    const env = { HTTP_PROXY: dead, HTTPS_PROXY: dead, http_proxy: dead, https_proxy: dead };
    const { code, stderr } = await scene.run(INIT, { env });
    assert.equal(code, 0, stderr);
  });
});

describe('STS', { concurrency: 4 }, () => {
  test('is asked through HTTPS_PROXY, without a token in the clear', async (t) => {
    const scene = await createScene(t);
    const proxy = await startProxy(t);
    const env = { HTTPS_PROXY: proxy.url, AWS_ENDPOINT_URL_STS: 'https://sts.example.invalid' };
    const { code } = await scene.run(['init', '--deadline', '4'], { env });
    assert.equal(code, 75);
    assert.equal(
      proxy.targets.length,
      proxy.targets.filter((each) => each.startsWith('CONN')).length,
    );
  });

  test('is asked directly where NO_PROXY says so', async (t) => {
    const scene = await createScene(t);
    const proxy = await startProxy(t);
    const env = { HTTP_PROXY: proxy.url, NO_PROXY: '127.0.0.1' };
    assert.equal((await scene.run(INIT, { env })).code, 0);
    assert.deepEqual(proxy.targets, []);
  });

  test('and COMMAND gets the proxy variables as they were given', async (t) => {
    const scene = await createScene(t);
    const env = { HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: 'example.com' };
    const { stdout } = await scene.run(['run', '--', '/usr/bin/env'], { env });
    assert.match(stdout, /^HTTPS_PROXY=http:\/\/127\.0\.0\.1:9$/m);
    assert.match(stdout, /^NO_PROXY=example\.com$/m);
    assert.doesNotMatch(stdout, /^no_proxy=/m);
  });
});

/** A proxy that notes what it is asked for, and reaches nothing. */
async function startProxy(t: TestContext) {
  const targets: string[] = [];
  const server = createServer((request, response) => {
    targets.push(`${request.method} ${request.url}`);
    response.writeHead(502).end();
  });
  server.on('connect', (request, socket) => {
    targets.push(`CONNECT ${request.url}`);
    socket.on('error', () => {});
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { targets, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
