/** What `doctor` found: its steps, in order. Types, and how a step comes to its status. */
import type { TrustPolicy } from '../contract.ts';
import type { IdentityError } from '../errors.ts';

export type Status = 'ok' | 'warning' | 'failed' | 'not tried';

/** Something seen on the way, such as the token's audience: never a token or a key. */
export interface Fact {
  name: string;
  value: string;
  /** Where the value comes from: a flag, a variable, a metadata attribute, or `default`. */
  source?: string | undefined;
}

/** Something wrong, or what may be behind it, and what mends it. */
export interface Finding {
  problem: string;
  mend?: string | undefined;
}

export interface Step {
  name: string;
  status: Status;
  facts: readonly Fact[];
  findings: readonly Finding[];
  /** What `doctor` ends with when this is the first step that failed; 0 unless it failed. */
  exitCode: number;
  /** The policy that would accept the token; where STS refused it. */
  trustPolicy?: TrustPolicy;
}

export interface Report {
  steps: readonly Step[];
  exitCode: number;
}

/** A step, and what the next ones need of it; undefined unless it could be found. */
export interface Examined<T> {
  step: Step;
  found?: T | undefined;
}

/** A step without failure: `warning` where there are findings, else `ok`. */
export function passed(name: string, facts: readonly Fact[], findings: Finding[] = []): Step {
  return { name, status: findings.length > 0 ? 'warning' : 'ok', facts, findings, exitCode: 0 };
}

/** A failed step that ends `doctor` with the exit code. */
export function failed(
  name: string,
  facts: readonly Fact[],
  { exitCode, findings }: { exitCode: number; findings: readonly Finding[] },
): Step {
  return { name, status: 'failed', facts, findings, exitCode };
}

/** A step that failed as an operation does: with its message, hint and exit code. */
export function failedBy(name: string, facts: readonly Fact[], error: IdentityError): Step {
  const findings = [{ problem: error.message, mend: error.hint }];
  return failed(name, facts, { exitCode: error.exitCode, findings });
}

/** A step whose preconditions did not hold; says which. */
export function notTried(name: string, preconditions: readonly Step[]): Step {
  const missing = preconditions.filter(
    ({ status }) => status === 'failed' || status === 'not tried',
  );
  const names = missing.map((step) => step.name).join(' and ');
  return {
    name,
    status: 'not tried',
    facts: [],
    findings: [{ problem: `it needs what failed above: ${names}` }],
    exitCode: 0,
  };
}

/** The report of the steps: it ends with the exit code of the first that failed. */
export function buildReport(steps: readonly Step[]): Report {
  const firstFailed = steps.find(({ status }) => status === 'failed');
  return { steps, exitCode: firstFailed?.exitCode ?? 0 };
}
