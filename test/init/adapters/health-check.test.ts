import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkHealth } from '../../../init/adapters/health-check.ts';
import { listen } from '../../../init/adapters/http-server.ts';
import { reservePort } from '../../emulators/reserve-port.ts';

/** Checks an endpoint that answers so; tells which path was asked. */
async function checkAgainst(status: number, body: string): Promise<string[]> {
  const paths: string[] = [];
  const endpoint = await listen(undefined, ({ path }) => {
    paths.push(path);
    return { status, body };
  });
  try {
    await checkHealth(endpoint.port);
    return paths;
  } finally {
    endpoint.close();
  }
}

describe('checkHealth', () => {
  test('is content with 200', async () => {
    assert.deepEqual(await checkAgainst(200, '{"status":"ok"}'), ['/healthz']);
  });

  test('fails with what the endpoint says of itself', async () => {
    await assert.rejects(checkAgainst(503, '{"status":"expired"}'), {
      code: 'ERR_TEMPORARY',
      exitCode: 75,
      message: /No valid credentials yet: .*expired/,
    });
  });

  test('fails where nothing listens', async () => {
    const port = await reservePort();
    await assert.rejects(checkHealth(port), {
      code: 'ERR_TEMPORARY',
      message: `Nothing answers at http://127.0.0.1:${port}/healthz`,
    });
  });
});
