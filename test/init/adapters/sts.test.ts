import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { AssumeRoleWithWebIdentityCommand } from '@aws-sdk/client-sts';
import {
  createRoleAssumer,
  createStsClient,
  type RoleRequest,
} from '../../../init/adapters/sts.ts';
import { fetchIdToken } from '../../emulators/client.ts';
import { reservePort } from '../../emulators/reserve-port.ts';
import { DEFAULT_ROLE, type Emulators, startEmulators } from '../../emulators/start.ts';
import type { StsEmulatorFault } from '../../emulators/sts.ts';

const NEVER = new AbortController().signal;
let emulators: Emulators;
let idToken: string;

before(async () => {
  emulators = await startEmulators();
  idToken = await fetchIdToken(emulators.metadata);
});
after(() => emulators.close());
afterEach(() => {
  emulators.sts.faults.clear();
  emulators.sts.clearRequests();
  emulators.metadata.clearRequests();
});

function request(changes: Partial<RoleRequest> = {}): RoleRequest {
  return {
    roleArn: DEFAULT_ROLE.arn,
    roleSessionName: 'wordcount',
    region: 'eu-west-1',
    durationSeconds: 900,
    policyArns: [],
    policy: undefined,
    endpoint: emulators.sts.url,
    ...changes,
  };
}

const assume = (changes?: Partial<RoleRequest>, signal: AbortSignal = NEVER) =>
  createRoleAssumer(request(changes)).assumeRole(idToken, signal);

/** An answer of STS with these credentials, well-formed. */
function success(credentials: Record<string, string>): StsEmulatorFault {
  const fields = Object.entries(credentials).map(([name, text]) => `<${name}>${text}</${name}>`);
  const body = `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
    <AssumeRoleWithWebIdentityResult><Credentials>${fields.join('')}</Credentials>
    </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;
  return { kind: 'status', status: 200, body };
}

const COMPLETE = {
  AccessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  SecretAccessKey: 'secret',
  SessionToken: 'token',
  Expiration: '2099-01-01T00:00:00Z',
};

describe('createRoleAssumer', () => {
  test('gets credentials that live as long as was asked', async () => {
    const credentials = await assume();
    const lifetimeMs = credentials.expiration.getTime() - Date.now();
    assert.ok(lifetimeMs > 890_000 && lifetimeMs <= 900_000, `${lifetimeMs} ms`);
    assert.match(credentials.accessKeyId, /^ASIA/);
    assert.ok(credentials.secretAccessKey && credentials.sessionToken);
  });

  test('asks unsigned, for role, session and duration, and for no policy unless told', async () => {
    await assume();
    const [asked] = emulators.sts.requests;
    assert.deepEqual(asked?.form, {
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: DEFAULT_ROLE.arn,
      RoleSessionName: 'wordcount',
      WebIdentityToken: idToken,
      DurationSeconds: '900',
    });
    assert.equal(asked?.headers['authorization'], undefined);
  });

  test('sends session policies', async () => {
    const policy = '{"Version":"2012-10-17","Statement":[]}';
    await assume({
      policy,
      policyArns: ['arn:aws:iam::aws:policy/A', 'arn:aws:iam::aws:policy/B'],
    });
    const { form = {} } = emulators.sts.requests[0] ?? {};
    assert.equal(form['Policy'], policy);
    assert.equal(form['PolicyArns.member.1.arn'], 'arn:aws:iam::aws:policy/A');
    assert.equal(form['PolicyArns.member.2.arn'], 'arn:aws:iam::aws:policy/B');
  });

  test('looks for no AWS credentials, not even broken ones', async () => {
    process.env['AWS_PROFILE'] = 'missing';
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIAIOSFODNN7EXAMPLE';
    try {
      await assume();
      assert.equal(emulators.sts.requests[0]?.headers['authorization'], undefined);
    } finally {
      delete process.env['AWS_PROFILE'];
      delete process.env['AWS_ACCESS_KEY_ID'];
    }
  });

  const errors = [
    { code: 'AccessDenied', expected: 'ERR_TRUST_REJECTED', exitCode: 77, retry: 'briefly' },
    { code: 'IDPRejectedClaim', expected: 'ERR_TRUST_REJECTED', exitCode: 77, retry: 'briefly' },
    {
      code: 'InvalidIdentityToken',
      expected: 'ERR_TRUST_REJECTED',
      exitCode: 77,
      retry: 'briefly',
    },
    {
      code: 'ExpiredTokenException',
      expected: 'ERR_TRUST_REJECTED',
      exitCode: 77,
      retry: 'briefly',
    },
    {
      code: 'IDPCommunicationError',
      expected: 'ERR_TEMPORARY',
      exitCode: 75,
      retry: 'until-deadline',
    },
    { code: 'Throttling', expected: 'ERR_TEMPORARY', exitCode: 75, retry: 'until-deadline' },
    {
      code: 'ThrottlingException',
      expected: 'ERR_TEMPORARY',
      exitCode: 75,
      retry: 'until-deadline',
    },
    {
      code: 'ServiceUnavailable',
      expected: 'ERR_TEMPORARY',
      exitCode: 75,
      retry: 'until-deadline',
    },
    { code: 'InternalFailure', expected: 'ERR_TEMPORARY', exitCode: 75, retry: 'until-deadline' },
    { code: 'RegionDisabledException', expected: 'ERR_CONFIG', exitCode: 78, retry: 'never' },
    { code: 'MalformedPolicyDocument', expected: 'ERR_CONFIG', exitCode: 78, retry: 'never' },
    { code: 'PackedPolicyTooLarge', expected: 'ERR_CONFIG', exitCode: 78, retry: 'never' },
    { code: 'ValidationError', expected: 'ERR_CONFIG', exitCode: 78, retry: 'never' },
    { code: 'InvalidAction', expected: 'ERR_PROTOCOL', exitCode: 76, retry: 'never' },
    { code: 'constructor', expected: 'ERR_PROTOCOL', exitCode: 76, retry: 'never' },
  ];
  for (const { code, expected, exitCode, retry } of errors) {
    test(`calls ${code} ${expected}, asks once, and never shows the token`, async () => {
      emulators.sts.faults.always({ kind: 'error', code });
      await assert.rejects(assume(), (error: Error & Record<string, unknown>) => {
        const { code: found, hint } = error;
        assert.deepEqual([found, error['exitCode'], error['retry']], [expected, exitCode, retry]);
        assert.ok(typeof hint === 'string' && hint !== '');
        assert.ok(!`${error.message}${hint}`.includes(idToken.slice(0, 20)));
        return true;
      });
      assert.equal(emulators.sts.requests.length, 1);
    });
  }

  test("says AWS's own words of a refusal, and what the trust policy must allow", async () => {
    emulators.sts.faults.next({ kind: 'error', code: 'AccessDenied' });
    await assert.rejects(assume(), {
      message: 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity',
      hint: /azp as :aud, aud as :oaud and sub as :sub/,
    });
  });

  test('keeps a token that STS echoes out of the message', async () => {
    emulators.sts.faults.next({ kind: 'error', code: 'AccessDenied', message: `no: ${idToken}` });
    await assert.rejects(assume(), { message: 'AccessDenied: no: [token]' });
  });

  test('does not follow a redirect: the token goes nowhere else', async () => {
    const { metadata, sts } = emulators;
    sts.faults.always({ kind: 'redirect', location: `${metadata.url}/elsewhere` });
    await assert.rejects(assume(), { code: 'ERR_PROTOCOL', exitCode: 76 });
    assert.deepEqual(metadata.requests, []);
  });

  const senseless: { name: string; fault: StsEmulatorFault }[] = [
    { name: 'garbage', fault: { kind: 'garbage' } },
    { name: 'a captive portal', fault: { kind: 'captive-portal' } },
    { name: 'a success without credentials', fault: { kind: 'no-credentials' } },
    { name: 'an empty body', fault: { kind: 'status', status: 200, body: '' } },
    { name: 'a missing key', fault: success({ ...COMPLETE, SecretAccessKey: '' }) },
    { name: 'a missing expiry', fault: success({ ...COMPLETE, Expiration: '' }) },
    { name: 'an expiry that is no date', fault: success({ ...COMPLETE, Expiration: 'soon' }) },
    { name: 'a token with a line break', fault: success({ ...COMPLETE, SessionToken: 'a&#10;b' }) },
    { name: 'a key with a space', fault: success({ ...COMPLETE, SecretAccessKey: 'a b' }) },
    { name: 'a key with a NUL', fault: success({ ...COMPLETE, AccessKeyId: 'a\0b' }) },
    { name: 'a web page with 404', fault: { kind: 'status', status: 404, body: '<html>' } },
  ];
  for (const { name, fault } of senseless) {
    test(`refuses ${name} as an answer that makes no sense, without showing it`, async () => {
      emulators.sts.faults.always(fault);
      await assert.rejects(assume(), (error: Error & { code?: string; exitCode?: number }) => {
        assert.deepEqual([error.code, error.exitCode], ['ERR_PROTOCOL', 76]);
        assert.ok(!/html|garbage|secret|token</.test(error.message), error.message);
        return true;
      });
      assert.equal(emulators.sts.requests.length, 1);
    });
  }

  test('takes well-formed credentials', async () => {
    emulators.sts.faults.next(success(COMPLETE));
    assert.deepEqual(await assume(), {
      accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'secret',
      sessionToken: 'token',
      expiration: new Date(COMPLETE.Expiration),
    });
  });

  test('calls an STS that resets connections temporary', async () => {
    emulators.sts.faults.always({ kind: 'reset' });
    await assert.rejects(assume(), { code: 'ERR_TEMPORARY', exitCode: 75, hint: /the proxy/ });
  });

  test('calls an STS where nothing listens temporary, and says why', async () => {
    const endpoint = `http://127.0.0.1:${await reservePort()}`;
    await assert.rejects(assume({ endpoint }), { code: 'ERR_TEMPORARY', message: /ECONNREFUSED/ });
  });

  test('is not waited for beyond the deadline', async () => {
    emulators.sts.faults.always({ kind: 'hang' });
    const beforeMs = performance.now();
    await assert.rejects(assume({}, AbortSignal.timeout(50)), { code: 'ERR_TEMPORARY' });
    assert.ok(performance.now() - beforeMs < 2000);
  });
});

describe('createStsClient', () => {
  const regional = [
    { region: 'eu-west-1', host: 'sts.eu-west-1.amazonaws.com' },
    { region: 'cn-north-1', host: 'sts.cn-north-1.amazonaws.com.cn' },
    { region: 'us-gov-west-1', host: 'sts.us-gov-west-1.amazonaws.com' },
    { region: 'eusc-de-east-1', host: 'sts.eusc-de-east-1.amazonaws.eu' },
  ];
  for (const { region, host } of regional) {
    test(`asks ${host} in ${region}`, async () => {
      let asked = '';
      const client = createStsClient({ region, endpoint: undefined });
      client.middlewareStack.add(
        () => async (args) => {
          const { protocol, hostname } = args.request as { protocol: string; hostname: string };
          asked = `${protocol}//${hostname}`;
          throw new Error('asked enough');
        },
        { step: 'finalizeRequest', priority: 'low' },
      );
      const assumption = client.send(
        new AssumeRoleWithWebIdentityCommand({
          RoleArn: DEFAULT_ROLE.arn,
          RoleSessionName: 'wordcount',
          WebIdentityToken: idToken,
        }),
      );
      await assert.rejects(assumption, /asked enough/);
      assert.equal(asked, `https://${host}`);
    });
  }
});
