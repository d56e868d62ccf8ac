/** STS over TLS: whose certificates are believed. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, type TestContext, test } from 'node:test';
import { createCertificate } from './certificate.ts';
import { createScene } from './scene.ts';

const ECHO = ['--', '/bin/echo', 'started'];

describe('an STS with a certificate of a private authority', { concurrency: 2 }, () => {
  test('is believed when NODE_EXTRA_CA_CERTS names the authority', async (t) => {
    const scene = await createScene(t);
    const { cert, url } = await startTlsFront(t, scene.sts.url);
    const authority = join(scene.home, 'authority.pem');
    writeFileSync(authority, cert);
    const env = { AWS_ENDPOINT_URL_STS: url, NODE_EXTRA_CA_CERTS: authority };
    const { code, stdout, stderr } = await scene.run(['run', '--deadline', '15', ...ECHO], { env });
    assert.equal(stdout, 'started\n', stderr);
    assert.equal(code, 0);
  });

  const unverified = [
    { name: 'no authority named', env: {} },
    { name: 'NODE_TLS_REJECT_UNAUTHORIZED=0', env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } },
  ];
  for (const { name, env } of unverified) {
    test(`is sent no token with ${name}: 75`, async (t) => {
      const scene = await createScene(t);
      const { url, received } = await startTlsFront(t, scene.sts.url);
      const ended = await scene.run(['run', '--deadline', '4', ...ECHO], {
        env: { ...env, AWS_ENDPOINT_URL_STS: url },
      });
      assert.equal(ended.code, 75);
      assert.equal(ended.stdout, '');
      assert.match(ended.stderr, /certificate/i);
      assert.deepEqual(received, []);
    });
  }
});

/** Ends TLS in front of the emulator, and keeps the bodies that came through. */
async function startTlsFront(t: TestContext, emulatorUrl: string) {
  const { key, cert } = createCertificate();
  const received: string[] = [];
  const server = createServer({ key, cert }, async (request, response) => {
    const body = await text(request);
    received.push(body);
    const { 'content-type': type = '' } = request.headers;
    const answer = await fetch(emulatorUrl, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(await answer.text());
  });
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { cert, received, url: `https://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
