import { isAbsolute } from 'node:path';
import {
  LIMITS,
  POLICY_ARN_PATTERN,
  REGION_PATTERN,
  ROLE_ARN_PATTERN,
  ROLE_SESSION_NAME_PATTERN,
} from '../contract.ts';

/**
 * Turns an option's text into its value, or returns undefined when the text is not allowed.
 * What is allowed stands beside the option, in options.ts.
 */
export type Parser<T> = (text: string) => T | undefined;

/** An IAM role's ARN, of any partition. */
export const parseRoleArn: Parser<string> = (text) =>
  ROLE_ARN_PATTERN.test(text) && text.length <= LIMITS.roleArn.max ? text : undefined;

export const parseRegion: Parser<string> = matching(REGION_PATTERN);
export const parseRoleSessionName: Parser<string> = matching(ROLE_SESSION_NAME_PATTERN);

/** Any text without control characters or white space at its ends. */
export const parseText: Parser<string> = matching(/^[^\s\p{Cc}](?:[^\p{Cc}]*[^\s\p{Cc}])?$/u);

/** A profile name: text that can stand in `[…]`. */
export const parseProfile: Parser<string> = (text) =>
  text.includes(']') || text.includes('[') ? undefined : parseText(text);

/** Whole numbers in decimal, between two bounds. */
export function integerBetween(min: number, max: number): Parser<number> {
  return (text) => {
    if (!/^\d{1,9}$/.test(text)) return undefined;
    const value = Number(text);
    return value >= min && value <= max ? value : undefined;
  };
}

export function oneOf<const T extends string>(values: readonly T[]): Parser<T> {
  return (text) => values.find((value) => value === text);
}

/** `true` or `false`, strictly: a typing error must not choose. */
export const parseBoolean: Parser<boolean> = (text) =>
  text === 'true' || (text === 'false' ? false : undefined);

/** Managed policies' ARNs, separated by commas or white space. */
export const parsePolicyArns: Parser<string[]> = (text) => {
  const arns = text.split(/[\s,]+/).filter(Boolean);
  const { min, max } = LIMITS.policyArns;
  if (arns.length < min || arns.length > max) return undefined;
  return arns.every((arn) => POLICY_ARN_PATTERN.test(arn)) ? arns : undefined;
};

/** A session policy: a JSON object within STS's limit. */
export const parsePolicy: Parser<string> = (text) => {
  if (text.length > LIMITS.policy.max) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? text : undefined;
  } catch {
    return undefined;
  }
};

/** A place in S3: a bucket, and what the keys there begin with. */
export interface S3Location {
  bucket: string;
  prefix: string;
}

const S3_URI = /^s3:\/\/(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(?<prefix>\P{Cc}*))?$/u;

/** An S3 URI (bucket naming rules of the S3 user guide). */
export const parseS3Location: Parser<S3Location> = (text) => {
  const { bucket, prefix = '' } = S3_URI.exec(text)?.groups ?? {};
  return bucket === undefined ? undefined : { bucket, prefix };
};

const FILE_MODES = new Map([
  ['600', 0o600],
  ['640', 0o640],
  ['660', 0o660],
]);

/** Modes that let the owner write and the world nothing. */
export const parseFileMode: Parser<number> = (text) => FILE_MODES.get(text.replace(/^0/, ''));

/** An absolute path: Dataflow chooses the container's user, and COMMAND may change directory. */
export const parsePath: Parser<string> = (text) =>
  isAbsolute(text) && !text.includes('\0') ? text : undefined;

function matching(pattern: RegExp): Parser<string> {
  return (text) => (pattern.test(text) ? text : undefined);
}
