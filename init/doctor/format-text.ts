import { GOOGLE_PROVIDER, type TrustPolicy } from '../contract.ts';
import type { Fact, Finding, Report, Status, Step } from './report.ts';

const STATUS_WIDTH = 'not tried'.length;
const INDENT = ' '.repeat(STATUS_WIDTH + 2);

/** The claim behind each condition key (Service Authorization Reference, AWS STS). */
const CLAIMS = { aud: 'azp', oaud: 'aud', sub: 'sub' } as const;

/** The report for people: one paragraph a step, and the exit code at the end. */
export function formatText({ steps, exitCode }: Report): string {
  return [...steps.map(formatStep), `exit code ${exitCode}`].join('\n\n');
}

function formatStep({ name, status, facts, findings, trustPolicy }: Step): string {
  const shown = status === 'failed' ? 'FAILED' : status;
  return [
    `${shown.padEnd(STATUS_WIDTH)}  ${name}`,
    ...formatFacts(facts),
    ...findings.flatMap((finding) => formatFinding(finding, status)),
    ...(trustPolicy === undefined ? [] : formatTrustPolicy(trustPolicy)),
  ].join('\n');
}

function formatFacts(facts: readonly Fact[]): string[] {
  const width = Math.max(...facts.map(({ name }) => name.length), 0);
  return facts.map(({ name, value, source }) => {
    const from = source === undefined ? '' : `  (${source})`;
    return `${INDENT}${name.padEnd(width)}  ${value}${from}`;
  });
}

function formatFinding({ problem, mend }: Finding, status: Status): string[] {
  const lines = [`${INDENT}${status === 'not tried' ? '    why' : 'problem'}: ${problem}`];
  return mend === undefined ? lines : [...lines, `${INDENT}  mend: ${mend}`];
}

/** What the token says beside the condition that compares it, then the policy whole. */
function formatTrustPolicy(policy: TrustPolicy): string[] {
  const conditions = policy.Statement.flatMap(({ Condition }) =>
    Object.entries(Condition.StringEquals),
  );
  const rows = conditions.map(([key, value]): Fact => {
    const own = key.slice(GOOGLE_PROVIDER.length + 1) as keyof typeof CLAIMS;
    return { name: `${CLAIMS[own]} = ${value}`, value: key };
  });
  const json = JSON.stringify(policy, null, 2).split('\n');
  return [
    `${INDENT}the token says, and the trust policy's condition compares it as:`,
    ...formatFacts(rows).map((row) => `  ${row}`),
    `${INDENT}this trust policy would accept exactly this token:`,
    ...json.map((line) => `${INDENT}  ${line}`),
  ];
}
