import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseConfig } from './config.ts';
import { DEFAULT_ROLE } from './start.ts';

describe('parseConfig', () => {
  test('takes an empty object, and options of both emulators', () => {
    assert.deepEqual(parseConfig('{}'), {});
    const config = { metadata: { port: 1 }, sts: { roles: [DEFAULT_ROLE] } };
    assert.deepEqual(parseConfig(JSON.stringify(config)), config);
  });

  test('reports every unknown key and every broken role at once', () => {
    const config = {
      other: 1,
      metadata: { ports: 1 },
      sts: { roles: [DEFAULT_ROLE, { arn: 'x' }, 'y'] },
    };
    assert.throws(() => parseConfig(JSON.stringify(config)), {
      message:
        'unknown key other; allowed: metadata, sts\n' +
        'unknown key metadata.ports; allowed: port, latencyMs, issuer, idTokenLifetimeSeconds, ' +
        'serviceAccounts, instance, instanceAttributes, projectAttributes\n' +
        'sts.roles[1] must have an arn and a trustPolicy\n' +
        'sts.roles[2] must have an arn and a trustPolicy',
    });
  });

  for (const text of ['', '[]', 'null', '{"metadata": []}', '{"sts": {"roles": {}}}']) {
    test(`refuses ${text || 'an empty file'}`, () => {
      assert.throws(() => parseConfig(text), Error);
    });
  }
});
