import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DEFAULT_ROLE, startEmulators } from './start.ts';

describe('startEmulators', () => {
  test('points a program at both by the variables that programs read', async (t) => {
    const { metadata, sts, environment, close } = await startEmulators();
    t.after(close);
    assert.deepEqual(environment, {
      GCE_METADATA_HOST: metadata.host,
      AWS_ENDPOINT_URL_STS: sts.url,
    });
  });

  test('leaves nothing running when the second one cannot start', async (t) => {
    const first = await startEmulators();
    t.after(first.close);
    const { port: metadataPort } = first.metadata;
    await first.metadata.close();
    await assert.rejects(
      startEmulators({ metadata: { port: metadataPort }, sts: { port: first.sts.port } }),
      { code: 'EADDRINUSE' },
    );
    await assert.rejects(fetch(`http://127.0.0.1:${metadataPort}/`), { name: 'TypeError' });
  });

  test('has a role that trusts audience, azp and subject, and nothing less', () => {
    const [statement] = [DEFAULT_ROLE.trustPolicy.Statement].flat();
    assert.deepEqual(Object.keys(statement?.Condition?.['StringEquals'] ?? {}).sort(), [
      'accounts.google.com:aud',
      'accounts.google.com:oaud',
      'accounts.google.com:sub',
    ]);
  });
});
