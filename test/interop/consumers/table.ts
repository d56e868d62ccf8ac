/** The table of docs/consumers.md. */

export interface ConsumerRow {
  name: string;
  version: string;
  /** Whether a client that lives on gets new credentials, by delivery. */
  refreshed: { endpoint: boolean; file: boolean };
}

export const TABLE_START = '<!-- made by npm run test:interop -->\n';
export const TABLE_END = '<!-- end -->';

/** The rows as a Markdown table. */
export function formatTable(rows: ConsumerRow[]): string {
  const lines = rows.map(
    ({ name, version, refreshed: { endpoint, file } }) =>
      `| ${name} | ${version} | ${endpoint ? 'yes' : 'no'} | ${file ? 'yes' : 'no'} |`,
  );
  const head = ['| consumer | version | `endpoint` | `file` |', '| --- | --- | --- | --- |'];
  return `${[...head, ...lines].join('\n')}\n`;
}

/** The page's present table. Throws where the page has lost the marks around it. */
export function findTable(page: string): string {
  const [, rest] = page.split(TABLE_START);
  const [table, after] = (rest ?? '').split(TABLE_END);
  if (table === undefined || after === undefined) {
    throw new Error(`the page has no table between "${TABLE_START.trim()}" and "${TABLE_END}"`);
  }
  return table;
}
