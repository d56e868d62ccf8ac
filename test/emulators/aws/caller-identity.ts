/** GetCallerIdentity: who signed this request, by verifying its Signature Version 4. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { RecordedRequest } from '../http/exchange.ts';
import { accountOf } from './roles.ts';
import type { Session, SessionStore } from './sessions.ts';
import { StsError } from './sts-error.ts';
import type { XmlContent } from './xml.ts';

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=(?<accessKeyId>[^/]+)\/(?<date>\d{8})\/(?<region>[^/]+)\/(?<service>[^/]+)\/aws4_request, ?SignedHeaders=(?<signedHeaders>[^,]+), ?Signature=(?<signature>[0-9a-f]{64})$/;
const AMZ_DATE = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;

interface Authorization {
  accessKeyId: string;
  date: string;
  region: string;
  service: string;
  signedHeaders: string[];
  signature: string;
}

/**
 * The result element of the action. Throws StsError: MissingAuthenticationToken,
 * InvalidClientTokenId, ExpiredToken, SignatureDoesNotMatch.
 *
 * The age of the signature is not checked: tests run clocks of their own.
 */
export async function getCallerIdentity(
  request: RecordedRequest,
  sessions: SessionStore,
  nowMs: number,
): Promise<XmlContent> {
  const authorization = parseAuthorization(request.headers['authorization']);
  const session = sessions.find(authorization.accessKeyId);
  if (!session || session.sessionToken !== request.headers['x-amz-security-token']) {
    throw new StsError('InvalidClientTokenId');
  }
  if (session.expirationMs <= nowMs) throw new StsError('ExpiredToken');
  if (!(await isSignedBy(session, request, authorization))) {
    throw new StsError('SignatureDoesNotMatch');
  }
  return { Arn: session.arn, UserId: session.assumedRoleId, Account: accountOf(session.arn) };
}

function parseAuthorization(header: string | undefined): Authorization {
  const fields = AUTHORIZATION.exec(header ?? '')?.groups;
  if (!fields) throw new StsError('MissingAuthenticationToken');
  const { accessKeyId = '', date = '', region = '', service = '', signature = '' } = fields;
  const signedHeaders = fields['signedHeaders']?.split(';') ?? [];
  return { accessKeyId, date, region, service, signedHeaders, signature };
}

/** Signs the request again with the session's secret and compares the signatures. */
async function isSignedBy(
  session: Session,
  request: RecordedRequest,
  { date, region, service, signedHeaders, signature }: Authorization,
): Promise<boolean> {
  const signingDate = parseAmzDate(request.headers['x-amz-date']);
  const isScoped = service === 'sts' && request.headers['x-amz-date']?.startsWith(date);
  if (!signingDate || !isScoped || !signedHeaders.includes('host') || !hashMatches(request)) {
    return false;
  }
  const signer = new SignatureV4({
    credentials: session,
    region,
    service,
    sha256: Sha256,
    applyChecksum: false,
  });
  const { method, path, query, body } = request;
  const headers = Object.fromEntries(
    signedHeaders.map((name) => [name, request.headers[name] ?? '']),
  );
  const signed = await signer.sign(
    { method, path, query, headers, body, protocol: 'http:', hostname: headers['host'] ?? '' },
    { signingDate, signableHeaders: new Set(signedHeaders) },
  );
  return haveSameSignature(signed.headers['authorization'], signature);
}

function parseAmzDate(text = ''): Date | undefined {
  const iso = text.replace(AMZ_DATE, '$1-$2-$3T$4:$5:$6Z');
  return AMZ_DATE.test(text) ? new Date(iso) : undefined;
}

/** A stated hash of the body must be the body's: the signature covers only what is stated. */
function hashMatches({ headers, body }: RecordedRequest): boolean {
  const stated = headers['x-amz-content-sha256'];
  return stated === undefined || stated === createHash('sha256').update(body).digest('hex');
}

function haveSameSignature(authorization: string | undefined, signature: string): boolean {
  const computed = authorization?.slice(-signature.length) ?? '';
  return (
    computed.length === signature.length &&
    timingSafeEqual(Buffer.from(computed), Buffer.from(signature))
  );
}
