import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import gcpMetadata from 'gcp-metadata';
import { decodeJwt } from 'jose';
import { type MetadataEmulator, startMetadataEmulator } from './google-metadata.ts';
import { DEFAULT_INSTANCE, DEFAULT_SERVICE_ACCOUNT } from './start.ts';

const NOW_MS = Date.parse('2026-11-22T12:00:00Z');
const ACCOUNTS = '/computeMetadata/v1/instance/service-accounts';
const IDENTITY = `${ACCOUNTS}/default/identity?audience=sts.amazonaws.com`;
const OTHER_ACCOUNT = { email: 'other@example-project.iam.gserviceaccount.com', uniqueId: '42' };

describe('startMetadataEmulator', () => {
  let metadata: MetadataEmulator;
  before(async () => {
    metadata = await startMetadataEmulator({
      now: () => NOW_MS,
      serviceAccounts: [DEFAULT_SERVICE_ACCOUNT, OTHER_ACCOUNT],
      instance: DEFAULT_INSTANCE,
      instanceAttributes: { 'aws-role-arn': 'arn:aws:iam::123456789012:role/x', job_id: 'j1' },
      projectAttributes: { 'aws-region': 'eu-west-1' },
    });
    process.env['GCE_METADATA_HOST'] = metadata.host;
  });
  after(async () => {
    delete process.env['GCE_METADATA_HOST'];
    await metadata.close();
  });
  afterEach(() => {
    metadata.faults.clear();
    metadata.clearRequests();
  });

  const get = (path: string, headers: Record<string, string> = { 'Metadata-Flavor': 'Google' }) =>
    fetch(`${metadata.url}${path}`, { headers });
  const getText = async (path: string) => (await get(path)).text();

  describe('values', () => {
    const values: Record<string, string> = {
      '/instance/name': DEFAULT_INSTANCE.name,
      '/instance/id': DEFAULT_INSTANCE.id,
      '/instance/zone': `projects/${DEFAULT_INSTANCE.numericProjectId}/zones/europe-west1-b`,
      '/instance/attributes/job_id': 'j1',
      '/instance/attributes/': 'aws-role-arn\njob_id\n',
      '/instance/service-accounts/default/email': DEFAULT_SERVICE_ACCOUNT.email,
      [`/instance/service-accounts/${encodeURIComponent(OTHER_ACCOUNT.email)}/email`]:
        OTHER_ACCOUNT.email,
      '/instance/service-accounts/': `${DEFAULT_SERVICE_ACCOUNT.email}/\ndefault/\n${OTHER_ACCOUNT.email}/\n`,
      '/instance/service-accounts/default/': 'aliases\nemail\nidentity\nscopes\ntoken\n',
      '/project/project-id': 'example-project',
      '/project/numeric-project-id': '123456789012',
      '/project/attributes/aws-region': 'eu-west-1',
    };
    for (const [path, expected] of Object.entries(values)) {
      test(`answers ${path}`, async () => {
        assert.equal(await getText(`/computeMetadata/v1${path}`), expected);
      });
    }

    test('answers recursively in JSON, keys of attributes unchanged and tokens left out', async () => {
      const getJson = async (path: string) => (await get(`${path}/?recursive=true`)).json();
      assert.deepEqual(await getJson('/computeMetadata/v1/project'), {
        attributes: { 'aws-region': 'eu-west-1' },
        numericProjectId: DEFAULT_INSTANCE.numericProjectId,
        projectId: 'example-project',
      });
      const account = (await getJson(`${ACCOUNTS}/default`)) as object;
      assert.deepEqual(Object.keys(account).sort(), ['aliases', 'email', 'scopes']);
    });

    test('sends a directory without slash to the one with it', async () => {
      const response = await fetch(`${metadata.url}/computeMetadata/v1/instance`, {
        headers: { 'Metadata-Flavor': 'Google' },
        redirect: 'manual',
      });
      assert.equal(response.status, 301);
      assert.equal(response.headers.get('location'), '/computeMetadata/v1/instance/');
    });

    for (const path of ['/instance/attributes/none', '/instance/constructor', '/nothing/']) {
      test(`knows no ${path}`, async () => {
        assert.equal((await get(`/computeMetadata/v1${path}`)).status, 404);
      });
    }

    test('gives gcp-metadata an ID token for an audience that needs encoding', async () => {
      const token: string = await gcpMetadata.instance({
        property: 'service-accounts/default/identity',
        params: { audience: 'https://a.example/?b=c&d#e' },
      });
      assert.equal(decodeJwt(token).aud, 'https://a.example/?b=c&d#e');
    });

    test('is recognised by gcp-metadata as a metadata server', async () => {
      gcpMetadata.resetIsAvailableCache();
      assert.equal(await gcpMetadata.isAvailable(), true);
    });

    test('shows at its root that it is one, to anybody', async () => {
      const response = await get('/', {});
      assert.equal(response.headers.get('metadata-flavor'), 'Google');
      assert.match(await response.text(), /computeMetadata\//);
    });
  });

  describe('issuer', () => {
    test('is discovered without Metadata-Flavor, by whatever name it was reached', async () => {
      const response = await fetch(
        `http://localhost:${metadata.port}/.well-known/openid-configuration`,
      ).catch(() => get('/.well-known/openid-configuration', {}));
      const document = (await response.json()) as Record<string, string>;
      assert.equal(document['issuer'], 'https://accounts.google.com');
      assert.match(document['jwks_uri'] ?? '', /^http:\/\/(localhost|127\.0\.0\.1):\d+\/jwks$/);
    });

    test('publishes no private part of its key', async () => {
      const { keys } = (await (await get('/jwks', {})).json()) as { keys: object[] };
      assert.equal(keys.length, 1);
      assert.deepEqual(Object.keys(keys[0] ?? {}).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use']);
    });

    test('is spared by faults that do not name its routes', async () => {
      metadata.faults.always({ kind: 'status', status: 500 });
      assert.equal((await get('/jwks')).status, 200);
      assert.equal((await get(IDENTITY)).status, 500);
      metadata.faults.always({ kind: 'status', status: 500 }, { on: 'jwks' });
      assert.equal((await get('/jwks')).status, 500);
    });
  });

  const clientFaults = [
    {
      fault: { kind: 'captive-portal' },
      error: { name: 'RangeError', message: /Metadata-Flavor/i },
    },
    { fault: { kind: 'status', status: 404 }, error: { status: 404 } },
  ] as const;
  for (const { fault, error } of clientFaults) {
    test(`a ${fault.kind} fault makes gcp-metadata fail`, async () => {
      metadata.faults.always(fault);
      await assert.rejects(gcpMetadata.instance('name'), error);
    });
  }

  test('gcp-metadata gets over an unavailable server by trying again', async () => {
    metadata.faults.next({ kind: 'status', status: 503 });
    assert.equal(await gcpMetadata.instance('name'), DEFAULT_INSTANCE.name);
    assert.equal(metadata.requests.length, 2);
  });
});
