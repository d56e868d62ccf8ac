import type { Credentials } from '../ports.ts';

/** Some SDKs call a credential process again only at expiry: they hear of an earlier one. */
const CREDENTIAL_PROCESS_MARGIN_MS = 5 * 60_000;

/** RFC 3339 in whole seconds with `Z`: the one form that every AWS SDK reads. */
export function formatExpiration(expiration: Date): string {
  return expiration.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/**
 * The credential process output
 * (https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html): one line of
 * JSON, its expiration five minutes early, since the Go and C++ SDKs refresh at expiry only.
 */
export function formatCredentialProcess(credentials: Credentials): string {
  const early = new Date(credentials.expiration.getTime() - CREDENTIAL_PROCESS_MARGIN_MS);
  return JSON.stringify({
    Version: 1,
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    SessionToken: credentials.sessionToken,
    Expiration: formatExpiration(early),
  });
}

/**
 * The container credentials answer
 * (https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html).
 */
export function formatContainerCredentials(credentials: Credentials): string {
  return JSON.stringify({
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    Token: credentials.sessionToken,
    Expiration: formatExpiration(credentials.expiration),
  });
}
