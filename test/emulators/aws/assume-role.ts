/** AssumeRoleWithWebIdentity: a verified token and a role that trusts it become a session. */

import type { StsFault } from '../faults.ts';
import { type AssumeRoleInput, parseAssumeRoleInput } from './assume-role-input.ts';
import { buildAssumedRole, type Role } from './roles.ts';
import type { SessionStore } from './sessions.ts';
import { StsError } from './sts-error.ts';
import { isAllowed } from './trust-policy.ts';
import {
  audienceOf,
  buildConditionContext,
  GOOGLE_PROVIDER,
  type VerifyWebIdentityToken,
} from './web-identity-token.ts';
import type { XmlContent } from './xml.ts';

export interface AssumeRoleContext {
  roles: Role[];
  sessions: SessionStore;
  verifyToken: VerifyWebIdentityToken;
  now: () => number;
  /** Lets every session end after so many seconds, whatever was asked. */
  credentialsLifetimeSeconds?: number | undefined;
}

const DEFAULT_MAX_SESSION_DURATION_SECONDS = 3600;

/**
 * The result element of the action. The order of the checks is AWS's: parameters, token, trust
 * policy, the role's maximum session duration.
 * Throws StsError; an unknown role is AccessDenied, so that nobody learns which roles exist.
 */
export async function assumeRoleWithWebIdentity(
  fields: Record<string, string>,
  context: AssumeRoleContext,
  fault?: StsFault,
): Promise<XmlContent> {
  const input = parseAssumeRoleInput(fields);
  const claims = await context.verifyToken(input.webIdentityToken);
  const role = context.roles.find(({ arn }) => arn === input.roleArn);
  const allowed =
    role &&
    isAllowed(role.trustPolicy, {
      action: 'sts:AssumeRoleWithWebIdentity',
      federatedPrincipal: GOOGLE_PROVIDER,
      context: buildConditionContext(claims, input.roleSessionName),
    });
  if (!allowed) throw new StsError('AccessDenied');
  checkDuration(input, role);

  const { arn, id } = buildAssumedRole(role, input.roleSessionName);
  const lifetimeSeconds =
    fault?.kind === 'credentials'
      ? fault.lifetimeSeconds
      : (context.credentialsLifetimeSeconds ?? input.durationSeconds);
  const expirationMs = context.now() + lifetimeSeconds * 1000;
  const session = context.sessions.open({ arn, assumedRoleId: id, expirationMs });
  return {
    SubjectFromWebIdentityToken: claims.sub,
    Audience: audienceOf(claims),
    AssumedRoleUser: { AssumedRoleId: id, Arn: arn },
    Credentials:
      fault?.kind === 'no-credentials'
        ? undefined
        : {
            AccessKeyId: session.accessKeyId,
            SecretAccessKey: session.secretAccessKey,
            SessionToken: session.sessionToken,
            Expiration: formatTimestamp(expirationMs),
          },
    Provider: GOOGLE_PROVIDER,
  };
}

function checkDuration({ durationSeconds }: AssumeRoleInput, role: Role): void {
  const { maxSessionDurationSeconds = DEFAULT_MAX_SESSION_DURATION_SECONDS } = role;
  if (durationSeconds > maxSessionDurationSeconds) {
    throw new StsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
}

/** ISO 8601 in whole seconds, as STS writes it. */
function formatTimestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
