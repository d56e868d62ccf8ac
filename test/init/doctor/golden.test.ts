/**
 * Doctor's whole output for each thing that can be wrong. After a wanted change of the text, write
 * the files anew with UPDATE_GOLDEN=true, and read the difference.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { buildIdToken, CREDENTIALS } from '../identity-fixtures.ts';
import { CASES, type Case } from './cases.ts';
import { createWorker, type Diagnosis, diagnose } from './scene.ts';

const FOLDER = join(import.meta.dirname, 'golden');
const SECRETS = [
  ...buildIdToken().split('.'),
  CREDENTIALS.accessKeyId,
  CREDENTIALS.secretAccessKey,
  CREDENTIALS.sessionToken,
  'AKIAIOSFODNN7FORGOTTEN',
];

describe('doctor', () => {
  for (const each of CASES) {
    const { name, exitCode } = each;
    test(`says what golden/${name}.txt says, and ends with ${exitCode}`, async () => {
      const diagnosis = await diagnoseCase(each);
      const path = join(FOLDER, `${name}.txt`);
      if (process.env['UPDATE_GOLDEN'] === 'true') writeFileSync(path, `${diagnosis.printed}\n`);
      assert.equal(`${diagnosis.printed}\n`, readFileSync(path, 'utf8'));
      assert.equal(diagnosis.exitCode, exitCode);
    });

    test(`prints no token and no key: ${name}`, async () => {
      for (const json of ['true', 'false']) {
        const { printed } = await diagnoseCase(each, json);
        for (const secret of SECRETS) assert.ok(!printed.includes(secret), printed);
      }
    });

    test(`says the same as JSON: ${name}`, async () => {
      const report = JSON.parse((await diagnoseCase(each, 'true')).printed);
      assert.equal(report.exitCode, exitCode);
      const { printed } = await diagnoseCase(each);
      for (const { name: step, findings, facts } of report.steps) {
        assert.ok(printed.includes(`  ${step}\n`), step);
        for (const { problem } of findings) assert.ok(printed.includes(problem), problem);
        for (const { value } of facts) assert.ok(printed.includes(value), value);
      }
    });
  }

  test('has a golden file for each case and no other', () => {
    assert.deepEqual(readdirSync(FOLDER).sort(), CASES.map(({ name }) => `${name}.txt`).sort());
  });
});

function diagnoseCase({ worker }: Case, json?: string): Promise<Diagnosis> {
  const complete = createWorker(worker());
  const flags = json === undefined ? complete.flags : { ...complete.flags, json };
  return diagnose({ ...complete, flags });
}
