import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import * as contract from '../../init/contract.ts';

describe('the contract', () => {
  test('gives no exit code two meanings, and none that shells and signals use', () => {
    const { ok, cannotExecute, notFound, signalBase, ...own } = contract.EXIT_CODES;
    const codes = Object.values(own);
    assert.equal(new Set(codes).size, codes.length);
    assert.ok(codes.every((code) => code >= 64 && code <= 78));
    assert.deepEqual([ok, cannotExecute, notFound, signalBase], [0, 126, 127, 128]);
  });

  test('names no variable twice', () => {
    const names = [
      ...Object.values(contract.VARIABLES),
      ...Object.values(contract.WORKER_VARIABLES),
    ];
    assert.equal(new Set(names).size, names.length);
  });

  test('listens on the loopback interface only', () => {
    assert.match(contract.ENDPOINT_HOST, /^127\./);
  });

  test('carries the name of the package', () => {
    const packageJson = new URL('../../package.json', import.meta.url);
    assert.equal(JSON.parse(readFileSync(packageJson, 'utf8')).name, contract.PROGRAM);
  });

  const setupOnly = [
    { argument: '--setup_only', expected: true },
    { argument: '-setup_only', expected: true },
    { argument: '--setup_only=true', expected: true },
    { argument: '--setup_only=1', expected: true },
    { argument: '--setup_only=false', expected: false },
    { argument: '--setup_only=0', expected: false },
    { argument: '--setup_only_not', expected: false },
    { argument: 'setup_only', expected: false },
    { argument: '--name=--setup_only', expected: false },
  ];
  for (const { argument, expected } of setupOnly) {
    test(`${expected ? 'takes' : 'does not take'} ${argument} for Beam's own flag`, () => {
      assert.equal(contract.BEAM_SETUP_ONLY_FLAG.test(argument), expected);
    });
  }
});
