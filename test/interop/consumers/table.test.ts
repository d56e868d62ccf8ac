import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatTable, replaceTable } from './table.ts';

const START = '<!-- made by npm run test:interop -->\n';

describe('the table of consumers', () => {
  test('says yes or no for each delivery', () => {
    const refreshed = { endpoint: true, file: false };
    const table = formatTable([{ name: 'boto3', version: '1.2.3', refreshed }]);
    assert.match(table, /^\| consumer \|.*\n.*\n\| boto3 \| 1\.2\.3 \| yes \| no \|\n$/);
  });

  test('takes the place of the old one, and of nothing else', () => {
    const page = `before\n${START}old\n<!-- end -->\nafter\n`;
    assert.equal(replaceTable(page, 'new\n'), `before\n${START}new\n<!-- end -->\nafter\n`);
  });

  test('is refused where the page has no place for it', () => {
    assert.throws(() => replaceTable('no marks', 'new\n'), /has no table/);
  });
});
