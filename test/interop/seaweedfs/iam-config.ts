/** SeaweedFS's own configuration of STS: whom it trusts, and which role may do what. */
import { randomBytes } from 'node:crypto';

export interface IamOptions {
  /** Where the token issuer publishes its keys. */
  jwksUrl: string;
  issuer: string;
  /** The `aud` that tokens must have. */
  audience: string;
  roles: TrustingRole[];
  /** No session lasts longer, whatever was asked: refreshes in fast motion. */
  maxSessionSeconds: number;
}

export interface TrustingRole {
  arn: string;
  /** The `sub` and `azp` that the trust policy requires: the service account's unique id. */
  trustedSubject: string;
}

const PROVIDER = 'google';
const POLICY = 'every-s3-action';

/** What `weed server -s3.iam.config` reads. Its condition keys are the token's claims as `oidc:…`. */
export function buildIamConfig(options: IamOptions): object {
  const { jwksUrl, issuer, audience, roles, maxSessionSeconds } = options;
  return {
    sts: {
      issuer: 'seaweedfs',
      signingKey: randomBytes(32).toString('base64'),
      tokenDuration: '1h',
      maxSessionLength: `${maxSessionSeconds}s`,
    },
    providers: [
      {
        name: PROVIDER,
        type: 'oidc',
        enabled: true,
        config: { issuer, clientIds: [audience], clientId: audience, jwksUri: jwksUrl },
      },
    ],
    policy: { defaultEffect: 'Deny', storeType: 'memory' },
    policies: [{ name: POLICY, document: allow({ Action: ['s3:*'], Resource: ['*'] }) }],
    roles: roles.map(({ arn, trustedSubject }) => ({
      roleName: arn.split('/').at(-1),
      roleArn: arn,
      attachedPolicies: [POLICY],
      trustPolicy: allow({
        Principal: { Federated: PROVIDER },
        Action: ['sts:AssumeRoleWithWebIdentity'],
        Condition: { StringEquals: { 'oidc:sub': trustedSubject, 'oidc:azp': trustedSubject } },
      }),
    })),
  };
}

function allow(statement: object): object {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] };
}
