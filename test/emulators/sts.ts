/**
 * AWS STS on loopback, in AWS's query protocol: AssumeRoleWithWebIdentity, which verifies the token
 * and evaluates the role's trust policy, and GetCallerIdentity, which verifies the signature.
 */
import { randomUUID } from 'node:crypto';
import { type AssumeRoleContext, assumeRoleWithWebIdentity } from './aws/assume-role.ts';
import { getCallerIdentity } from './aws/caller-identity.ts';
import type { Role } from './aws/roles.ts';
import { createSessionStore } from './aws/sessions.ts';
import { StsError } from './aws/sts-error.ts';
import { createThrottle } from './aws/throttle.ts';
import { createTokenVerifier } from './aws/web-identity-token.ts';
import { formatErrorResponse, formatResponse, type XmlContent } from './aws/xml.ts';
import type { Emulator, EmulatorOptions } from './emulator.ts';
import {
  createFaultPlan,
  HTTP_FAULT_KINDS,
  type HttpFault,
  STS_FAULT_KINDS,
  type StsFault,
} from './faults.ts';
import { GOOGLE_ISSUER } from './google/id-token.ts';
import type { RecordedRequest, Reply } from './http/exchange.ts';
import { startServer } from './http/server.ts';

export interface StsEmulatorOptions extends EmulatorOptions {
  /** The roles that can be assumed, in any partition and account. */
  roles: Role[];
  /** Where the token issuer publishes its keys. */
  jwksUrl: string;
  /** The `iss` that tokens must have; default Google's. */
  issuer?: string;
  /** Lets every session end after so many seconds, whatever was asked: refreshes in fast motion. */
  credentialsLifetimeSeconds?: number;
  /** Answers Throttling to what exceeds so many requests a second; default: no limit. */
  throttleAbovePerSecond?: number;
}

export type StsEmulatorFault = HttpFault | StsFault;
export type StsEmulator = Emulator<StsEmulatorFault>;

const API_VERSION = '2011-06-15';

/** Starts an STS. Rejects when the port is taken. */
export async function startStsEmulator(options: StsEmulatorOptions): Promise<StsEmulator> {
  const { roles, jwksUrl, issuer = GOOGLE_ISSUER, now = Date.now } = options;
  const { throttleAbovePerSecond = Number.POSITIVE_INFINITY, credentialsLifetimeSeconds } = options;
  const mayPass = createThrottle(throttleAbovePerSecond, now);
  const context: AssumeRoleContext = {
    roles,
    sessions: createSessionStore(),
    verifyToken: createTokenVerifier({ jwksUrl, issuer, now }),
    now,
    credentialsLifetimeSeconds,
  };
  return startServer<StsFault>(
    {
      standardHeaders: { 'Content-Type': 'text/xml' },
      faults: createFaultPlan([...HTTP_FAULT_KINDS, ...STS_FAULT_KINDS], appliesTo),
      routeOf: (request) => fieldsOf(request)['Action'] ?? '',
      answer: async (request, fault) =>
        mayPass() ? answerAction(request, context, fault) : errorReply(new StsError('Throttling')),
    },
    options,
  );
}

/** Faults of credentials concern the one action that hands them out. */
function appliesTo(fault: StsEmulatorFault, route: string): boolean {
  const isAboutCredentials = fault.kind === 'credentials' || fault.kind === 'no-credentials';
  return !isAboutCredentials || route === 'AssumeRoleWithWebIdentity';
}

/** The query protocol takes its fields from the form or from the query string. */
function fieldsOf({
  query,
  form,
}: Pick<RecordedRequest, 'query' | 'form'>): Record<string, string> {
  return { ...query, ...form };
}

async function answerAction(
  request: RecordedRequest,
  context: AssumeRoleContext,
  fault: StsFault | undefined,
): Promise<Reply> {
  try {
    if (fault?.kind === 'error') throw new StsError(fault.code, fault.message, fault.status);
    const result = await perform(request, context, fault);
    const requestId = randomUUID();
    return xmlReply(200, formatResponse(request.route, result, requestId), requestId);
  } catch (error) {
    if (error instanceof StsError) return errorReply(error);
    throw error;
  }
}

async function perform(
  request: RecordedRequest,
  context: AssumeRoleContext,
  fault: StsFault | undefined,
): Promise<XmlContent> {
  const fields = fieldsOf(request);
  const { Action: action, Version: version } = fields;
  if (version === API_VERSION && action === 'AssumeRoleWithWebIdentity') {
    return assumeRoleWithWebIdentity(fields, context, fault);
  }
  if (version === API_VERSION && action === 'GetCallerIdentity') {
    return getCallerIdentity(request, context.sessions, context.now());
  }
  const message = `Could not find operation ${action} for version ${version}`;
  throw new StsError('InvalidAction', message);
}

function errorReply(error: StsError): Reply {
  const requestId = randomUUID();
  return xmlReply(error.status, formatErrorResponse(error, requestId), requestId);
}

function xmlReply(status: number, body: string, requestId: string): Reply {
  return { status, headers: { 'x-amzn-RequestId': requestId }, body };
}
