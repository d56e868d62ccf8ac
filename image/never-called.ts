/**
 * Stands in the executable for what the AWS SDK brings along and this program never calls, a fifth
 * of the bundle: the default chain of credentials (AssumeRoleWithWebIdentity is not signed) and
 * bowser, which tells web browsers apart.
 */

/** In place of the default chain: a provider that has no credentials. */
export function defaultProvider(): () => Promise<never> {
  return () => Promise.reject(new Error('an unsigned call must not need AWS credentials'));
}
