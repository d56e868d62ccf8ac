import { EXIT_CODES } from './contract.ts';

/** How long a failure is worth repeating: not at all, a few slow tries, or until the deadline. */
export type Retry = 'never' | 'briefly' | 'until-deadline';

const KINDS = {
  ERR_USAGE: { exitCode: EXIT_CODES.usage, retry: 'never' },
  ERR_CONFIG: { exitCode: EXIT_CODES.configuration, retry: 'never' },
  ERR_METADATA_UNAVAILABLE: { exitCode: EXIT_CODES.metadataUnavailable, retry: 'until-deadline' },
  ERR_ID_TOKEN_REFUSED: { exitCode: EXIT_CODES.refused, retry: 'never' },
  // IAM is eventually consistent: a role made a moment ago may refuse at first.
  ERR_TRUST_REJECTED: { exitCode: EXIT_CODES.refused, retry: 'briefly' },
  ERR_TEMPORARY: { exitCode: EXIT_CODES.temporary, retry: 'until-deadline' },
  ERR_PROTOCOL: { exitCode: EXIT_CODES.protocol, retry: 'never' },
  ERR_WRITE: { exitCode: EXIT_CODES.cannotWrite, retry: 'never' },
  ERR_CANNOT_EXECUTE: { exitCode: EXIT_CODES.cannotExecute, retry: 'never' },
  ERR_NOT_FOUND: { exitCode: EXIT_CODES.notFound, retry: 'never' },
  ERR_INTERNAL: { exitCode: EXIT_CODES.internal, retry: 'never' },
} as const satisfies Record<string, { exitCode: number; retry: Retry }>;

export type ErrorCode = keyof typeof KINDS;

export interface ErrorDetails {
  hint?: string | undefined;
  cause?: unknown;
  /** Where one case of a kind deserves more or fewer tries than its kind. */
  retry?: Retry | undefined;
}

/** Every foreseen failure: a stable code, the exit code it ends with, and what helps. */
export class IdentityError extends Error {
  override readonly name = 'IdentityError';
  readonly code: ErrorCode;
  readonly exitCode: number;
  readonly retry: Retry;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.exitCode = KINDS[code].exitCode;
    this.retry = details.retry ?? KINDS[code].retry;
    this.hint = details.hint;
  }
}

/** Returns the error itself if it was foreseen, else wraps it as a bug of ours (ERR_INTERNAL). */
export function asIdentityError(error: unknown): IdentityError {
  if (error instanceof IdentityError) return error;
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new IdentityError('ERR_INTERNAL', `Unexpected failure: ${withoutSecrets(reason)}`, {
    cause: error,
    hint: 'this is a bug; --log-level debug shows where it happened',
  });
}

/** The final message of an error: operation, subject and reason, then the hint on its own line. */
export function formatError(error: IdentityError): string {
  return error.hint === undefined ? error.message : `${error.message}\nhint: ${error.hint}`;
}

/** A JWT's header is JSON that begins with `{"`; host names look like the rest of one. */
const JWT = /eyJ[\w-]+(?:\.[\w-]*){0,2}/g;
const ACCESS_KEY_ID = /\bA(?:SIA|KIA)[A-Z0-9]{12,}\b/g;
const LONG_OPAQUE_TEXT = /[A-Za-z0-9+/=_-]{40,}/g;

/**
 * Makes somebody else's error text safe to print: one line, at most 300 characters, without
 * anything that could be a JWT, an access key id, a secret access key or a session token.
 */
export function withoutSecrets(text: string): string {
  return text
    .replace(JWT, '[token]')
    .replace(ACCESS_KEY_ID, '[key]')
    .replace(LONG_OPAQUE_TEXT, '[redacted]')
    .replace(/\s+/g, ' ')
    .slice(0, 300)
    .trim();
}
