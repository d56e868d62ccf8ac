import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildTrustPolicy, renderTrustPolicy } from '../../manifests/trust-policy.ts';
import { buildSettings } from './settings-fixture.ts';

const FIRST = '112233445566778899001';
const SECOND = '112233445566778899002';

describe('buildTrustPolicy', () => {
  test('pins azp, audience and subject in one StringEquals', () => {
    assert.deepEqual(buildTrustPolicy(buildSettings().aws, [FIRST]), {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: 'accounts.google.com' },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: {
              'accounts.google.com:aud': FIRST,
              'accounts.google.com:oaud': 'sts.amazonaws.com',
              'accounts.google.com:sub': FIRST,
            },
          },
        },
      ],
    });
  });

  test('gives each service account a statement of its own', () => {
    const { Statement } = buildTrustPolicy(buildSettings().aws, [FIRST, SECOND]);
    const pairs = Statement.map(({ Condition: { StringEquals: equals } }) => [
      equals['accounts.google.com:aud'],
      equals['accounts.google.com:sub'],
    ]);
    assert.deepEqual(pairs, [
      [FIRST, FIRST],
      [SECOND, SECOND],
    ]);
  });

  test("names the condition keys after an IAM OIDC provider's URL", () => {
    const provider = 'arn:aws-cn:iam::123456789012:oidc-provider/issuer.example/path';
    const { aws } = buildSettings(`aws.federatedPrincipal=${provider}`, 'aws.audience=other');
    const [statement] = buildTrustPolicy(aws, [FIRST]).Statement;
    assert.deepEqual(statement?.Principal, { Federated: provider });
    assert.deepEqual(statement?.Condition.StringEquals, {
      'issuer.example/path:aud': FIRST,
      'issuer.example/path:oaud': 'other',
      'issuer.example/path:sub': FIRST,
    });
  });
});

test('renderTrustPolicy renders the policy for the unique ids of the settings as JSON', () => {
  const settings = buildSettings(`google.serviceAccountUniqueIds=${FIRST},${SECOND}`);
  const text = renderTrustPolicy(settings);
  assert.deepEqual(JSON.parse(text), buildTrustPolicy(settings.aws, [FIRST, SECOND]));
  assert.ok(text.endsWith('}\n'));
});
