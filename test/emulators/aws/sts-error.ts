/** The errors of AWS STS: code, HTTP status and the message that AWS sends with it. */

interface KnownError {
  status: number;
  message: string;
}

/** Source: STS API reference, "AssumeRoleWithWebIdentity" and "Common Errors". */
const KNOWN_ERRORS: Record<string, KnownError> = {
  AccessDenied: {
    status: 403,
    message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
  },
  ExpiredToken: { status: 403, message: 'The security token included in the request is expired' },
  ExpiredTokenException: {
    status: 400,
    message: 'The web identity token that was passed is expired or is not valid.',
  },
  IDPCommunicationError: {
    status: 400,
    message: "Couldn't retrieve verification key from your identity provider",
  },
  IDPRejectedClaim: {
    status: 403,
    message: 'The identity provider (IdP) reported that authentication failed.',
  },
  InternalFailure: { status: 500, message: 'The request processing has failed.' },
  InvalidAction: { status: 400, message: 'The action or operation requested is invalid.' },
  InvalidClientTokenId: {
    status: 403,
    message: 'The security token included in the request is invalid.',
  },
  InvalidIdentityToken: {
    status: 400,
    message: 'The web identity token that was passed could not be validated by AWS.',
  },
  MalformedPolicyDocument: { status: 400, message: 'The policy document was malformed.' },
  MissingAuthenticationToken: {
    status: 403,
    message: 'Request is missing Authentication Token',
  },
  PackedPolicyTooLarge: {
    status: 400,
    message: 'The total packed size of the session policies exceeds the limit.',
  },
  RegionDisabledException: { status: 403, message: 'STS is not activated in this region.' },
  ServiceUnavailable: { status: 503, message: 'Service is unable to handle request.' },
  SignatureDoesNotMatch: {
    status: 403,
    message:
      'The request signature we calculated does not match the signature you provided. ' +
      'Check your AWS Secret Access Key and signing method.',
  },
  Throttling: { status: 400, message: 'Rate exceeded' },
  ValidationError: { status: 400, message: 'The input fails to satisfy the constraints.' },
};

/** An error answer of STS. */
export class StsError extends Error {
  override readonly name = 'StsError';
  readonly code: string;
  readonly status: number;

  /**
   * @param code AWS's error code, as in the XML
   * @param message default: what AWS sends with the code
   * @param status HTTP status; default: AWS's for the code, 400 for an unknown one
   */
  constructor(code: string, message?: string, status?: number) {
    super(message ?? KNOWN_ERRORS[code]?.message ?? code);
    this.code = code;
    this.status = status ?? KNOWN_ERRORS[code]?.status ?? 400;
  }
}
