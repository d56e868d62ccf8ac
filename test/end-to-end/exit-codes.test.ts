/** The table of exit codes, a public contract: each by its simplest cause. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { EXIT_CODES } from '../../init/contract.ts';
import { reservePort } from '../emulators/reserve-port.ts';
import { EXECUTABLE } from './executable.ts';
import { createScene, type Scene } from './scene.ts';

interface Case {
  name: Exclude<keyof typeof EXIT_CODES, 'ok' | 'signalBase' | 'internal'>;
  cause: string;
  args?: string[];
  command?: string;
  env?: Record<string, string | undefined>;
  arrange?: (scene: Scene) => void;
}

const NOBODY_THERE = `127.0.0.1:${await reservePort()}`;

const CASES: Case[] = [
  { name: 'usage', cause: 'an unknown option', args: ['--bogus'] },
  {
    name: 'metadataUnavailable',
    cause: 'no metadata server',
    args: ['--deadline', '4'],
    env: { GCE_METADATA_HOST: NOBODY_THERE },
  },
  {
    name: 'cannotWrite',
    cause: 'a directory where the file should be',
    arrange: ({ credentialsFile }) => mkdirSync(credentialsFile, { recursive: true }),
  },
  {
    name: 'temporary',
    cause: 'no STS',
    args: ['--deadline', '4'],
    env: { AWS_ENDPOINT_URL_STS: `http://${NOBODY_THERE}` },
  },
  {
    name: 'protocol',
    cause: 'an ID token that is none',
    arrange: ({ metadata }) => metadata.faults.always({ kind: 'garbage' }, { on: 'identity' }),
  },
  {
    name: 'refused',
    cause: 'a role that does not trust the token',
    env: { AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/of-somebody-else' },
  },
  { name: 'configuration', cause: 'no role', env: { AWS_ROLE_ARN: undefined } },
  { name: 'cannotExecute', cause: 'a command that is a directory', command: '/' },
  { name: 'notFound', cause: 'a command that is not there', command: '/bin/no-such-command' },
];

describe('run ends with', { concurrency: 6 }, () => {
  for (const { name, cause, args = [], command = '/bin/echo', env = {}, arrange } of CASES) {
    test(`${EXIT_CODES[name]} for ${cause}, in either delivery, and does not start COMMAND`, async (t) => {
      for (const deliver of name === 'cannotWrite' ? ['file'] : ['endpoint', 'file']) {
        const scene = await createScene(t);
        arrange?.(scene);
        const options = ['--deliver', deliver, ...args];
        const ended = await scene.run(['run', ...options, '--', command, 'started'], { env });
        assert.equal(ended.code, EXIT_CODES[name], ended.stderr);
        assert.equal(ended.stdout, '');
        assert.match(ended.stderr, /"severity":"ERROR"/);
        assert.equal(existsSync(scene.credentialsFile), name === 'cannotWrite');
      }
    });
  }

  test('70 where nothing can be foreseen: stdout is full, and nobody gets the credentials', async (t) => {
    const scene = await createScene(t);
    const full = `"$0" credential-process > /dev/full; echo "ended with $?"`;
    const running = scene.start(['-c', full, EXECUTABLE], { executable: '/bin/sh' });
    const { stdout, stderr } = await running.ended;
    assert.equal(stdout, 'ended with 70\n');
    assert.match(stderr, /"severity":"ERROR","message":"Unexpected failure: .*ENOSPC/);
    assert.doesNotMatch(stderr, /ASIA/);
  });
});
