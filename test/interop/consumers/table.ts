/** The table of docs/consumers.md. */

export interface ConsumerRow {
  name: string;
  version: string;
  /** Whether a client that lives on gets new credentials, by delivery. */
  refreshed: { endpoint: boolean; file: boolean };
}

const TABLE_START = '<!-- made by npm run test:interop -->\n';
const TABLE_END = '<!-- end -->';

/** The rows as a Markdown table. */
export function formatTable(rows: ConsumerRow[]): string {
  const lines = rows.map(
    ({ name, version, refreshed: { endpoint, file } }) =>
      `| ${name} | ${version} | ${endpoint ? 'yes' : 'no'} | ${file ? 'yes' : 'no'} |`,
  );
  const head = ['| consumer | version | `endpoint` | `file` |', '| --- | --- | --- | --- |'];
  return `${[...head, ...lines].join('\n')}\n`;
}

/** The page with this table in place of its own. Throws where the page lost the marks around it. */
export function replaceTable(page: string, table: string): string {
  const [before, rest] = page.split(TABLE_START);
  const [old, after] = (rest ?? '').split(TABLE_END);
  if (old === undefined || after === undefined) {
    throw new Error(`the page has no table between "${TABLE_START.trim()}" and "${TABLE_END}"`);
  }
  return `${before}${TABLE_START}${table}${TABLE_END}${after}`;
}
