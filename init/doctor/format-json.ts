import type { Report } from './report.ts';

/**
 * The report as one JSON document: `{ steps: [{ name, status, facts, findings, exitCode,
 * trustPolicy? }], exitCode }`. `facts` are `{ name, value, source? }`, `findings` are
 * `{ problem, mend? }`, `status` is ok, warning, failed or not tried.
 */
export function formatJson(report: Report): string {
  return JSON.stringify(report, null, 2);
}
