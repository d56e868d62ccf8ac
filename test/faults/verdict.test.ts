import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findUnexcusedFailures } from './verdict.ts';

const COMEBACK_MS = 75_000;

function issue(atSeconds: number, expirationSeconds: number) {
  const times = { atMs: atSeconds * 1000, expirationMs: expirationSeconds * 1000 };
  return { roleSessionName: 'consumer', ...times };
}

function read(atSeconds: number, error?: string) {
  return { startMs: atSeconds * 1000, endMs: atSeconds * 1000 + 50, error };
}

describe('findUnexcusedFailures', () => {
  const failure = read(100, 'expired');
  const cases = [
    { name: 'a success', reads: [read(100)], issued: [issue(0, 300)], unexcused: 0 },
    {
      name: 'a failure with good credentials',
      reads: [failure],
      issued: [issue(0, 300)],
      unexcused: 1,
    },
    {
      name: 'a failure after they expired',
      reads: [failure],
      issued: [issue(0, 90)],
      unexcused: 0,
    },
    {
      name: 'a failure while coming back from none',
      reads: [failure],
      issued: [issue(0, 50), issue(90, 390)],
      unexcused: 0,
    },
    {
      name: 'a failure long after coming back from none',
      reads: [read(200, 'expired')],
      issued: [issue(0, 50), issue(90, 390)],
      unexcused: 1,
    },
    {
      name: 'a failure just after credentials that came in time',
      reads: [failure],
      issued: [issue(0, 300), issue(90, 390)],
      unexcused: 1,
    },
  ];
  for (const { name, reads, issued, unexcused } of cases) {
    test(`${unexcused === 0 ? 'excuses' : 'finds'} ${name}`, () => {
      assert.equal(findUnexcusedFailures(reads, issued, COMEBACK_MS).length, unexcused);
    });
  }
});
