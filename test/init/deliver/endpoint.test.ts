import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  answerEndpointRequest,
  type EndpointContext,
  type EndpointRequest,
} from '../../../init/deliver/endpoint.ts';
import { formatContainerCredentials } from '../../../init/deliver/format.ts';
import { IdentityError } from '../../../init/errors.ts';
import { NOON_MS } from '../fake-clock.ts';
import { CREDENTIALS, credentialsUntil } from '../identity-fixtures.ts';

const TOKEN = 'an-authorization-token-of-43-characters-abc';
const failure = new IdentityError('ERR_TEMPORARY', 'STS cannot be reached or is failing');
const REQUEST: EndpointRequest = {
  method: 'GET',
  path: '/v1/credentials',
  host: '127.0.0.1:9911',
  authorization: TOKEN,
};
const CONTEXT: EndpointContext = {
  state: { credentials: CREDENTIALS, failure: undefined },
  authorizationToken: TOKEN,
  port: 9911,
  nowMs: NOON_MS,
};

/** Answers a request that differs from the right one; the body parsed. */
function answer(request: Partial<EndpointRequest>, context: Partial<EndpointContext> = {}) {
  const { status, body } = answerEndpointRequest(
    { ...REQUEST, ...request },
    { ...CONTEXT, ...context },
  );
  return { status, body: JSON.parse(body) as Record<string, unknown>, text: body };
}

/** No answer but a success may hold any of these. */
function assertNoSecret(text: string): void {
  for (const secret of [
    CREDENTIALS.accessKeyId,
    CREDENTIALS.secretAccessKey,
    CREDENTIALS.sessionToken,
    TOKEN,
  ]) {
    assert.ok(!text.includes(secret));
  }
}

describe('answerEndpointRequest', () => {
  const served = [
    { name: 'by address', request: {} },
    { name: 'by name', request: { host: 'localhost:9911' } },
    { name: 'with a query', request: { path: '/v1/credentials?x=1' } },
  ];
  for (const { name, request } of served) {
    test(`gives credentials to who asks ${name} with the token`, () => {
      const { status, body } = answer(request);
      assert.equal(status, 200);
      assert.deepEqual(body, JSON.parse(formatContainerCredentials(CREDENTIALS)));
    });
  }

  const refused = [
    { name: 'another host', request: { host: 'evil.example:9911' }, status: 403 },
    { name: 'another port', request: { host: '127.0.0.1:80' }, status: 403 },
    { name: 'no port', request: { host: '127.0.0.1' }, status: 403 },
    { name: 'a host that begins like ours', request: { host: '127.0.0.1:99110' }, status: 403 },
    { name: 'no host', request: { host: undefined }, status: 403 },
    { name: 'POST', request: { method: 'POST' }, status: 405 },
    { name: 'PUT, as for an IMDSv2 token', request: { method: 'PUT' }, status: 405 },
    { name: 'HEAD', request: { method: 'HEAD' }, status: 405 },
    { name: 'another path', request: { path: '/latest/meta-data/' }, status: 404 },
    { name: 'a longer path', request: { path: '/v1/credentials/' }, status: 404 },
    { name: 'an encoded path', request: { path: '/v1/%63redentials' }, status: 404 },
    { name: 'no authorization', request: { authorization: undefined }, status: 401 },
    { name: 'an empty authorization', request: { authorization: '' }, status: 401 },
    { name: 'a bearer token', request: { authorization: `Bearer ${TOKEN}` }, status: 401 },
    { name: 'half of the token', request: { authorization: TOKEN.slice(0, 20) }, status: 401 },
    { name: 'more than the token', request: { authorization: `${TOKEN}x` }, status: 401 },
  ];
  for (const { name, request, status } of refused) {
    test(`refuses ${name} with ${status}, and gives no credentials`, () => {
      const answered = answer(request);
      assert.equal(answered.status, status);
      assert.deepEqual(Object.keys(answered.body), ['code', 'message']);
      assertNoSecret(answered.text);
    });
  }

  test('serves no credentials at all where no token was made', () => {
    for (const authorization of [undefined, '', 'undefined', TOKEN]) {
      const { status, text } = answer({ authorization }, { authorizationToken: undefined });
      assert.equal(status, 404);
      assertNoSecret(text);
    }
  });

  test('keeps the credentials through a failed refresh', () => {
    const { status } = answer({}, { state: { credentials: CREDENTIALS, failure } });
    assert.equal(status, 200);
  });

  const unavailable = [
    {
      name: 'before the first credentials',
      state: { credentials: undefined, failure: undefined },
      message: /first credentials are on their way/,
    },
    {
      name: 'when the first ones failed',
      state: { credentials: undefined, failure },
      message: /STS cannot be reached/,
    },
    {
      name: 'when they have expired',
      state: { credentials: credentialsUntil(0), failure },
      message: /STS cannot be reached/,
    },
  ];
  for (const { name, state, message } of unavailable) {
    test(`answers 503 with a reason ${name}`, () => {
      const { status, body, text } = answer({}, { state });
      assert.equal(status, 503);
      assert.equal(body['code'], 'CredentialsUnavailable');
      assert.match(String(body['message']), message);
      assertNoSecret(text);
    });
  }

  test('heals with the next success', () => {
    const state = { ...CONTEXT.state, credentials: undefined, failure };
    assert.equal(answer({}, { state }).status, 503);
    Object.assign(state, { credentials: CREDENTIALS, failure: undefined });
    assert.equal(answer({}, { state }).status, 200);
  });
});

describe('/healthz', () => {
  const expiration = '2026-11-22T13:00:00Z';
  const table = [
    {
      name: 'fresh credentials',
      state: { credentials: CREDENTIALS, failure: undefined },
      status: 200,
      body: { status: 'ok', expiration },
    },
    {
      name: 'credentials whose refresh failed',
      state: { credentials: CREDENTIALS, failure },
      status: 200,
      body: { status: 'ok', expiration, lastFailure: 'ERR_TEMPORARY' },
    },
    {
      name: 'no credentials yet',
      state: { credentials: undefined, failure: undefined },
      status: 503,
      body: { status: 'no-credentials' },
    },
    {
      name: 'expired credentials',
      state: { credentials: credentialsUntil(-1000), failure },
      status: 503,
      body: { status: 'expired', expiration: '2026-11-22T11:59:59Z', lastFailure: 'ERR_TEMPORARY' },
    },
  ];
  for (const { name, state, status, body } of table) {
    test(`tells of ${name} without authorization, and no secret`, () => {
      const health = answer({ path: '/healthz', authorization: undefined }, { state });
      assert.equal(health.status, status);
      assert.deepEqual(health.body, body);
      assertNoSecret(health.text);
    });
  }

  test('is there also where no credentials are served', () => {
    const { status } = answer({ path: '/healthz' }, { authorizationToken: undefined });
    assert.equal(status, 200);
  });

  test('does not tell a web page under another name', () => {
    assert.equal(answer({ path: '/healthz', host: 'evil.example' }).status, 403);
  });
});
