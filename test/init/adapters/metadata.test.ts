import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import {
  createIdTokenSource,
  createMetadataReader,
  shieldRequests,
} from '../../../init/adapters/metadata.ts';
import type { HttpFault } from '../../emulators/faults.ts';
import { reservePort } from '../../emulators/reserve-port.ts';
import { DEFAULT_SERVICE_ACCOUNT, type Emulators, startEmulators } from '../../emulators/start.ts';

const NEVER = new AbortController().signal;
const AUDIENCE = 'https://sts.example/?a=1&b=ä';

describe('the metadata server', () => {
  let emulators: Emulators;
  before(async () => {
    emulators = await startEmulators({
      metadata: { projectAttributes: { 'aws-region': 'eu-west-1' } },
    });
    process.env['GCE_METADATA_HOST'] = emulators.metadata.host;
  });
  after(() => emulators.close());
  afterEach(() => {
    emulators.metadata.faults.clear();
    emulators.metadata.clearRequests();
    process.env['GCE_METADATA_HOST'] = emulators.metadata.host;
  });

  const { email } = DEFAULT_SERVICE_ACCOUNT;
  for (const account of ['default', email]) {
    test(`gives an ID token of ${account} for the audience, in the standard format`, async () => {
      const idToken = await createIdTokenSource(account).fetchIdToken(AUDIENCE, NEVER);
      const [request, ...others] = emulators.metadata.requests;
      assert.match(idToken, /^[\w-]+\.[\w-]+\.[\w-]+$/);
      assert.deepEqual(request?.query, { audience: AUDIENCE, format: 'standard' });
      assert.equal(request?.headers['metadata-flavor'], 'Google');
      assert.deepEqual(others, []);
    });
  }

  test('gives values of instance and project', async () => {
    const reader = createMetadataReader();
    assert.match((await reader.read('instance/name', NEVER)) ?? '', /harness/);
    assert.equal(await reader.read('project/attributes/aws-region', NEVER), 'eu-west-1');
  });

  test('knows a value that is not there from one that is', async () => {
    assert.equal(await createMetadataReader().read('instance/attributes/none', NEVER), undefined);
  });

  const unavailable: { name: string; fault: HttpFault; message: RegExp }[] = [
    { name: 'a reset connection', fault: { kind: 'reset' }, message: /cannot be reached/ },
    { name: '503', fault: { kind: 'status', status: 503 }, message: /it answered 503/ },
    { name: '429', fault: { kind: 'status', status: 429 }, message: /it answered 429/ },
    { name: 'a captive portal', fault: { kind: 'captive-portal' }, message: /not the metadata/ },
    {
      name: '404 of another server',
      fault: { kind: 'status', status: 404, headers: { 'Metadata-Flavor': 'Other' } },
      message: /what answers there is not the metadata server/,
    },
    {
      name: '403 of another server',
      fault: { kind: 'status', status: 403, headers: { 'Metadata-Flavor': 'Other' } },
      message: /what answers there is not the metadata server/,
    },
  ];
  for (const { name, fault, message } of unavailable) {
    const expected = {
      code: 'ERR_METADATA_UNAVAILABLE',
      exitCode: 69,
      retry: 'until-deadline',
      message,
    };
    test(`counts as unavailable, for token and values, after ${name}`, async () => {
      emulators.metadata.faults.always(fault);
      const source = createIdTokenSource('default');
      await Promise.all([
        assert.rejects(source.fetchIdToken(AUDIENCE, NEVER), expected),
        assert.rejects(createMetadataReader().read('instance/name', NEVER), expected),
      ]);
    });
  }

  test('counts as unavailable where nothing listens', async () => {
    process.env['GCE_METADATA_HOST'] = `127.0.0.1:${await reservePort()}`;
    await assert.rejects(createIdTokenSource('default').fetchIdToken(AUDIENCE, NEVER), {
      code: 'ERR_METADATA_UNAVAILABLE',
      message: /ECONNREFUSED/,
      hint: /GCE_METADATA_HOST/,
    });
  });

  test('is not waited for beyond the deadline', async () => {
    emulators.metadata.faults.always({ kind: 'hang' });
    const beforeMs = performance.now();
    const fetching = createIdTokenSource('default').fetchIdToken(AUDIENCE, AbortSignal.timeout(50));
    await assert.rejects(fetching, {
      code: 'ERR_METADATA_UNAVAILABLE',
      message: /it did not answer in time/,
    });
    assert.ok(performance.now() - beforeMs < 2000);
  });

  test('is not asked at all after the deadline', async () => {
    const reason = new Error('told to end');
    const source = createIdTokenSource('default');
    await assert.rejects(source.fetchIdToken(AUDIENCE, AbortSignal.abort(reason)), reason);
    assert.deepEqual(emulators.metadata.requests, []);
  });

  test('refuses an account that is not attached: worth waiting for on GKE', async () => {
    const source = createIdTokenSource('other@example.iam.gserviceaccount.com');
    await assert.rejects(source.fetchIdToken(AUDIENCE, NEVER), {
      code: 'ERR_ID_TOKEN_REFUSED',
      exitCode: 77,
      retry: 'until-deadline',
      message: /no service account other@example\.iam\.gserviceaccount\.com \(404\)/,
    });
  });

  test('refuses for good with 403, and the hint says what GKE needs', async () => {
    emulators.metadata.faults.always({ kind: 'status', status: 403, body: 'no permission' });
    await assert.rejects(createIdTokenSource('default').fetchIdToken(AUDIENCE, NEVER), {
      code: 'ERR_ID_TOKEN_REFUSED',
      retry: 'never',
      message: /refused an ID token for service account default \(403\)$/,
      hint: /workloadIdentityUser/,
    });
  });

  test('is not believed by another name: a redirect leads to no token', async () => {
    const location = `${emulators.sts.url}/token`;
    emulators.metadata.faults.always({ kind: 'redirect', location });
    await assert.rejects(createIdTokenSource('default').fetchIdToken(AUDIENCE, NEVER), {
      code: 'ERR_METADATA_UNAVAILABLE',
    });
  });
});

describe('shieldRequests', () => {
  const names = '169.254.169.254,metadata.google.internal,metadata.google.internal.';
  const table = [
    { name: 'an empty environment', env: {}, expected: names },
    { name: 'what is there', env: { NO_PROXY: 'a,b' }, expected: `a,b,${names}` },
    { name: 'the lower-case name', env: { no_proxy: 'a' }, expected: `a,${names}` },
    { name: 'an empty NO_PROXY', env: { NO_PROXY: '', no_proxy: 'a' }, expected: `a,${names}` },
    {
      name: 'a host of the user, without its port',
      env: { GCE_METADATA_HOST: 'metadata.test:8080' },
      expected: `${names},metadata.test`,
    },
    {
      name: 'a host of the user with its scheme',
      env: { GCE_METADATA_HOST: 'http://10.0.0.1:8080' },
      expected: `${names},10.0.0.1`,
    },
    { name: 'an empty host', env: { GCE_METADATA_HOST: '' }, expected: names },
    { name: 'a host that is none', env: { GCE_METADATA_HOST: 'a b' }, expected: names },
  ];
  for (const { name, env, expected } of table) {
    test(`adds the metadata server to ${name}`, () => {
      const shielded: NodeJS.ProcessEnv = { ...env };
      shieldRequests(shielded);
      assert.equal(shielded['NO_PROXY'], expected);
      assert.equal(shielded['no_proxy'], expected);
    });
  }

  test('removes what makes libraries print tokens, and nothing else', () => {
    const env: NodeJS.ProcessEnv = {
      GOOGLE_SDK_NODE_LOGGING: '*',
      NODE_DEBUG: 'http,fetch',
      DEBUG_AUTH: '1',
      HTTPS_PROXY: 'http://proxy:3128',
    };
    shieldRequests(env);
    assert.deepEqual(Object.keys(env).sort(), [
      'HTTPS_PROXY',
      'NODE_TLS_REJECT_UNAUTHORIZED',
      'NO_PROXY',
      'no_proxy',
    ]);
  });

  test('has certificates checked, whatever the environment says', () => {
    const env: NodeJS.ProcessEnv = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    shieldRequests(env);
    assert.equal(env['NODE_TLS_REJECT_UNAUTHORIZED'], '1');
  });
});
