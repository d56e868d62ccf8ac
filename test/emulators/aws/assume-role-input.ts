/** The parameters of AssumeRoleWithWebIdentity and AWS's limits on them. */
import { StsError } from './sts-error.ts';

export interface AssumeRoleInput {
  roleArn: string;
  roleSessionName: string;
  webIdentityToken: string;
  durationSeconds: number;
  policy: string | undefined;
  policyArns: string[];
}

interface TextLimit {
  parameter: string;
  min: number;
  max: number;
  pattern?: RegExp;
  optional?: true;
}

/** Source: STS API reference, "AssumeRoleWithWebIdentity", request parameters. */
const TEXT_LIMITS: TextLimit[] = [
  { parameter: 'RoleArn', min: 20, max: 2048 },
  { parameter: 'RoleSessionName', min: 2, max: 64, pattern: /^[\w+=,.@-]*$/ },
  { parameter: 'WebIdentityToken', min: 4, max: 20_000 },
  { parameter: 'Policy', min: 1, max: 2048, optional: true },
];
const POLICY_ARN: TextLimit = { parameter: 'PolicyArns.member.arn', min: 20, max: 2048 };
const DURATION_SECONDS = { min: 900, max: 43_200, default: 3600 };
const MAX_POLICY_ARNS = 10;
const ARN = /^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/;
/** Session policies together, in characters. */
const MAX_PLAIN_POLICY_SIZE = 2048;
const POLICY_ARN_FIELD = /^PolicyArns\.member\.\d+\.arn$/;

/**
 * Reads the parameters from the request's fields.
 * Throws StsError: ValidationError that lists every violated limit, MalformedPolicyDocument,
 * PackedPolicyTooLarge.
 */
export function parseAssumeRoleInput(fields: Record<string, string>): AssumeRoleInput {
  const policyArns = Object.entries(fields)
    .filter(([name]) => POLICY_ARN_FIELD.test(name))
    .map(([, arn]) => arn);
  const duration = fields['DurationSeconds'] ?? String(DURATION_SECONDS.default);
  const problems = [
    ...TEXT_LIMITS.flatMap((limit) => checkText(limit, fields[limit.parameter])),
    ...checkDuration(duration),
    ...checkPolicyArns(policyArns),
  ];
  if (problems.length > 0) throw new StsError('ValidationError', formatProblems(problems));

  const input = {
    roleArn: fields['RoleArn'] ?? '',
    roleSessionName: fields['RoleSessionName'] ?? '',
    webIdentityToken: fields['WebIdentityToken'] ?? '',
    durationSeconds: Number(duration),
    policy: fields['Policy'],
    policyArns,
  };
  if (!ARN.test(input.roleArn))
    throw new StsError('ValidationError', `${input.roleArn} is invalid`);
  checkSessionPolicies(input);
  return input;
}

function checkText(limit: TextLimit, value: string | undefined): string[] {
  const { parameter, min, max, pattern, optional } = limit;
  if (value === undefined) {
    return optional ? [] : [violation(parameter, 'null', 'Member must not be null')];
  }
  // AWS does not repeat a token in its message.
  const shown = parameter === 'WebIdentityToken' ? '***' : `'${value}'`;
  const constraints = [
    value.length < min && `Member must have length greater than or equal to ${min}`,
    value.length > max && `Member must have length less than or equal to ${max}`,
    pattern?.test(value) === false &&
      `Member must satisfy regular expression pattern: ${pattern.source}`,
  ];
  return constraints.flatMap((text) => (text ? [violation(parameter, shown, text)] : []));
}

function checkDuration(text: string): string[] {
  const { min, max } = DURATION_SECONDS;
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= min && seconds <= max) return [];
  const constraint =
    seconds > max
      ? `Member must have value less than or equal to ${max}`
      : `Member must have value greater than or equal to ${min}`;
  return [violation('DurationSeconds', `'${text}'`, constraint)];
}

function checkPolicyArns(arns: string[]): string[] {
  const shown = `'[${arns.join(', ')}]'`;
  const problems = arns.flatMap((arn) => checkText(POLICY_ARN, arn));
  if (arns.length <= MAX_POLICY_ARNS) return problems;
  const constraint = `Member must have length less than or equal to ${MAX_POLICY_ARNS}`;
  return [...problems, violation('PolicyArns', shown, constraint)];
}

function violation(parameter: string, shownValue: string, constraint: string): string {
  const member = parameter.charAt(0).toLowerCase() + parameter.slice(1);
  return `Value ${shownValue} at '${member}' failed to satisfy constraint: ${constraint}`;
}

function formatProblems(problems: string[]): string {
  const errors = problems.length === 1 ? 'error' : 'errors';
  return `${problems.length} validation ${errors} detected: ${problems.join('; ')}`;
}

function checkSessionPolicies({ policy = '', policyArns }: AssumeRoleInput): void {
  if (policy !== '' && !isPolicyDocument(policy)) throw new StsError('MalformedPolicyDocument');
  const size = policy.length + policyArns.join('').length;
  if (size > MAX_PLAIN_POLICY_SIZE) throw new StsError('PackedPolicyTooLarge');
}

function isPolicyDocument(policy: string): boolean {
  try {
    const document: unknown = JSON.parse(policy);
    return typeof document === 'object' && document !== null && 'Statement' in document;
  } catch {
    return false;
  }
}
