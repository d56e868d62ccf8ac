import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LOG_LEVELS } from '../../init/contract.ts';
import { createLogger, type LogFormat, type LogLevel } from '../../init/log.ts';
import { NOON_MS } from './fake-clock.ts';

/** What a logger writes when it is told something at every level. */
function linesOf(format: LogFormat, level: LogLevel): string[] {
  const lines: string[] = [];
  const log = createLogger({
    format,
    level,
    nowMs: () => NOON_MS,
    write: (line) => lines.push(line),
  });
  for (const each of LOG_LEVELS) log[each](`a ${each}`, { count: 2, code: 'X' });
  return lines;
}

describe('createLogger', () => {
  test('writes JSON lines as Cloud Logging reads them', () => {
    const lines = linesOf('json', 'debug');
    assert.ok(lines.every((line) => line.indexOf('\n') === line.length - 1));
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)),
      ['DEBUG', 'INFO', 'WARNING', 'ERROR'].map((severity) => ({
        severity,
        message: `a ${severity.toLowerCase()}`,
        time: '2026-11-22T12:00:00.000Z',
        count: 2,
        code: 'X',
      })),
    );
  });

  test('writes the fields of a text entry on its first line, its hint below', () => {
    const lines: string[] = [];
    const write = (line: string) => lines.push(line);
    const log = createLogger({ format: 'text', level: 'info', nowMs: () => 0, write });
    log.error('Refused\nhint: ask', { code: 'X' });
    assert.deepEqual(lines, ['1970-01-01T00:00:00.000Z error   Refused code=X\nhint: ask\n']);
  });

  test('writes text for people', () => {
    assert.equal(
      linesOf('text', 'warning')[0],
      '2026-11-22T12:00:00.000Z warning a warning count=2 code=X\n',
    );
  });

  for (const [index, level] of LOG_LEVELS.entries()) {
    test(`writes nothing below ${level}`, () => {
      assert.equal(linesOf('json', level).length, LOG_LEVELS.length - index);
    });
  }

  test('keeps a message with line breaks on one JSON line', () => {
    let written = '';
    const write = (line: string) => {
      written += line;
    };
    const nowMs = () => NOON_MS;
    createLogger({ format: 'json', level: 'info', nowMs, write }).error('failed\nhint: mend it');
    assert.equal(written.indexOf('\n'), written.length - 1);
    assert.equal(JSON.parse(written).message, 'failed\nhint: mend it');
  });
});
