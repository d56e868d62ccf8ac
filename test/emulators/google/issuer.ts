/** Google's OIDC issuer: discovery document and published keys (RFC 7517). */
import { jsonReply, type RecordedRequest, type Reply } from '../http/exchange.ts';
import type { SigningKey } from './id-token.ts';

/** Paths of the issuer and the route names by which faults select them. */
export const ISSUER_ROUTES: ReadonlyMap<string, string> = new Map([
  ['/.well-known/openid-configuration', 'openid-configuration'],
  ['/jwks', 'jwks'],
]);

/**
 * The issuer's answer, or undefined when the request is not for the issuer.
 * Source: OpenID Connect Discovery 1.0, section 4.
 */
export function answerIssuer(
  request: RecordedRequest,
  issuer: string,
  key: SigningKey,
): Reply | undefined {
  switch (ISSUER_ROUTES.get(request.path)) {
    case 'jwks':
      return jsonReply({ keys: [key.publicJwk] });
    case 'openid-configuration':
      return jsonReply({
        issuer,
        // By the name under which the client reached us: a container has another than loopback.
        jwks_uri: `http://${request.headers['host']}/jwks`,
        response_types_supported: ['id_token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      });
    default:
      return undefined;
  }
}
