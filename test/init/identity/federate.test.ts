import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { IdentityError } from '../../../init/errors.ts';
import { type FederationRequest, federate } from '../../../init/identity/federate.ts';
import type { Credentials } from '../../../init/ports.ts';
import { createFakeClock, type FakeClock, NOON_MS } from '../fake-clock.ts';
import {
  AUDIENCE,
  buildIdToken,
  CREDENTIALS,
  credentialsUntil,
  ROLE_ARN,
} from '../identity-fixtures.ts';
import { createRecordingLogger } from '../recording-logger.ts';

const NEVER = new AbortController().signal;
const REQUEST: FederationRequest = { audience: AUDIENCE, roleArn: ROLE_ARN, deadlineMs: 45_000 };
const unreachable = new IdentityError('ERR_METADATA_UNAVAILABLE', 'no metadata server');
const temporary = new IdentityError('ERR_TEMPORARY', 'Throttling');
const denied = new IdentityError('ERR_TRUST_REJECTED', 'AccessDenied: Not authorized', {
  hint: 'mend the trust policy',
});

interface Script {
  /** What each request for an ID token gets; the last one goes on for ever. */
  idTokens?: readonly (string | IdentityError)[];
  /** What each call of STS gets; the last one goes on for ever. */
  roles?: readonly (Credentials | IdentityError)[];
  clock?: FakeClock;
}

/** Ports that follow a script and record what they were asked. */
function scriptedPorts({
  idTokens = [],
  roles = [CREDENTIALS],
  clock = createFakeClock(),
}: Script) {
  const audiences: string[] = [];
  const sentTokens: string[] = [];
  const log = createRecordingLogger();
  const ports = {
    clock,
    log,
    idTokens: {
      async fetchIdToken(audience: string) {
        // Every token is another one, as the metadata server's are after an hour.
        const fresh = buildIdToken({ jti: audiences.length });
        audiences.push(audience);
        return play(idTokens[audiences.length - 1] ?? idTokens.at(-1) ?? fresh);
      },
    },
    roles: {
      async assumeRole(webIdentityToken: string) {
        sentTokens.push(webIdentityToken);
        return play(roles[sentTokens.length - 1] ?? roles.at(-1) ?? CREDENTIALS);
      },
    },
  };
  return { ports, audiences, sentTokens, clock, log };
}

function play<T>(scripted: T | IdentityError): T {
  if (scripted instanceof IdentityError) throw scripted;
  return scripted;
}

describe('federate', () => {
  test('turns an ID token for the audience into credentials', async () => {
    const { ports, audiences, sentTokens } = scriptedPorts({});
    assert.equal(await federate(REQUEST, ports, NEVER), CREDENTIALS);
    assert.deepEqual(audiences, [AUDIENCE]);
    assert.deepEqual(sentTokens, [buildIdToken({ jti: 0 })]);
  });

  test('sends a new ID token at each try', async () => {
    const { ports, sentTokens } = scriptedPorts({ roles: [temporary, denied, CREDENTIALS] });
    assert.equal(await federate(REQUEST, ports, NEVER), CREDENTIALS);
    assert.deepEqual(
      sentTokens,
      [0, 1, 2].map((jti) => buildIdToken({ jti })),
    );
  });

  test('waits for a metadata server that is not there yet, before it calls STS', async () => {
    const { ports, sentTokens, log } = scriptedPorts({
      idTokens: [unreachable, unreachable, buildIdToken()],
    });
    await federate(REQUEST, ports, NEVER);
    assert.equal(sentTokens.length, 1);
    assert.deepEqual(
      log.entries.filter(({ level }) => level === 'warning').map(({ fields }) => fields['code']),
      ['ERR_METADATA_UNAVAILABLE', 'ERR_METADATA_UNAVAILABLE'],
    );
  });

  test('asks again, a second later, for a token with less than five minutes left', async () => {
    const short = buildIdToken({ exp: NOON_MS / 1000 + 299 });
    const long = buildIdToken();
    const { ports, sentTokens, clock } = scriptedPorts({ idTokens: [short, long] });
    await federate(REQUEST, ports, NEVER);
    assert.deepEqual(sentTokens, [long]);
    assert.deepEqual(clock.sleepsMs, [1000]);
  });

  test('takes a short-lived token in the end: STS may still accept it', async () => {
    const short = buildIdToken({ exp: NOON_MS / 1000 + 60 });
    const { ports, audiences, sentTokens } = scriptedPorts({ idTokens: [short] });
    await federate(REQUEST, ports, NEVER);
    assert.equal(audiences.length, 3);
    assert.deepEqual(sentTokens, [short]);
  });

  const unfitTokens = [
    { name: 'for another audience', idToken: buildIdToken({ aud: 'gcp' }), fetches: 1 },
    { name: 'of another issuer', idToken: buildIdToken({ iss: 'https://x.example' }), fetches: 1 },
    { name: 'that is a web page', idToken: '<html>', fetches: 1 },
    { name: 'that stays expired', idToken: buildIdToken({ exp: NOON_MS / 1000 - 1 }), fetches: 4 },
  ];
  for (const { name, idToken, fetches } of unfitTokens) {
    test(`never sends STS a token ${name}`, async () => {
      const { ports, audiences, sentTokens } = scriptedPorts({ idTokens: [idToken] });
      await assert.rejects(federate(REQUEST, ports, NEVER), { code: 'ERR_PROTOCOL', exitCode: 76 });
      assert.deepEqual(sentTokens, []);
      assert.equal(audiences.length, fetches);
    });
  }

  test('explains a refusal with role and claims, and never with the token', async () => {
    const { ports, sentTokens, log } = scriptedPorts({ roles: [denied] });
    await assert.rejects(federate(REQUEST, ports, NEVER), {
      code: 'ERR_TRUST_REJECTED',
      exitCode: 77,
      message:
        `STS refused the ID token for role ${ROLE_ARN}: AccessDenied: Not authorized ` +
        `(aud=${AUDIENCE}, azp=112233445566778899001, sub=112233445566778899001)`,
      hint: 'mend the trust policy',
    });
    assert.equal(sentTokens.length, 4);
    for (const token of sentTokens) {
      for (const part of token.split('.')) assert.ok(!log.text().includes(part));
    }
  });

  test('refuses credentials that have expired already', async () => {
    const { ports, sentTokens } = scriptedPorts({ roles: [credentialsUntil(-1)] });
    await assert.rejects(federate(REQUEST, ports, NEVER), {
      code: 'ERR_PROTOCOL',
      hint: /clock/,
    });
    assert.equal(sentTokens.length, 1);
  });

  test('gives up at the deadline with what went wrong last', async () => {
    const clock = createFakeClock();
    const { ports } = scriptedPorts({ idTokens: [unreachable], clock });
    await assert.rejects(federate(REQUEST, ports, NEVER), unreachable);
    const passedMs = clock.nowMs() - NOON_MS;
    assert.ok(passedMs > 44_000 && passedMs <= 45_000, `${passedMs} ms`);
  });

  test('does not pause past its end: the signal stops it', async () => {
    const reason = new Error('told to end');
    const { ports, audiences, sentTokens } = scriptedPorts({});
    await assert.rejects(federate(REQUEST, ports, AbortSignal.abort(reason)), reason);
    assert.deepEqual([...audiences, ...sentTokens], []);
  });
});
