/**
 * Real SDKs that live longer than their first credentials: which of them get new ones? Credentials
 * last 400 seconds here, more than the 5 minutes after which the AWS SDK for C++ looks at the file
 * again, so that nobody fails for the fast motion alone.
 */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { BUCKET, type Surroundings, startSurroundings } from '../surroundings.ts';
import { CONSUMERS, type ConsumerKind } from './catalogue.ts';
import { judge, type Observation, type Outcome } from './outcome.ts';
import { type Consumer, startConsumer } from './start.ts';
import { type ConsumerRow, formatTable, replaceTable } from './table.ts';

const SESSION_SECONDS = 400;
const OBSERVED_SECONDS = SESSION_SECONDS + 20;
const PAUSE_MS = 10_000;
const DELIVERIES = ['endpoint', 'file'] as const;
const TEXT = 'read with temporary credentials';
const PAGE = join(import.meta.dirname, '../../../docs/consumers.md');

type Delivery = (typeof DELIVERIES)[number];
type Observed = { kind: ConsumerKind; delivery: Delivery; version: string; outcome: Outcome };

describe('a client that lives longer than its first credentials', () => {
  let surroundings: Surroundings;
  let observed: Observed[];

  before(async () => {
    surroundings = await startSurroundings(SESSION_SECONDS);
    for (const kind of CONSUMERS) kind.command();
    const pairs = CONSUMERS.flatMap((kind) =>
      DELIVERIES.map((delivery) => ({ kind, delivery, ...nameObject(kind, delivery) })),
    );
    observed = await Promise.all(pairs.map((pair) => observe(surroundings, pair)));
  });

  after(() => surroundings.close());

  for (const kind of CONSUMERS) {
    test(`${kind.name} goes on with new credentials from the endpoint`, (context) => {
      const { outcome } = find(observed, kind, 'endpoint');
      context.diagnostic(JSON.stringify(outcome));
      assert.equal(outcome.refreshed, true, outcome.lastError ?? 'no other access key was seen');
    });

    test(`${kind.name} with the file does not fail before its credentials expire`, (context) => {
      const { outcome } = find(observed, kind, 'file');
      context.diagnostic(JSON.stringify(outcome));
      const { firstFailureAtSeconds = Number.POSITIVE_INFINITY, lastError } = outcome;
      assert(firstFailureAtSeconds > SESSION_SECONDS - PAUSE_MS / 1000, lastError ?? '');
    });
  }

  test('docs/consumers.md says what was seen', async () => {
    const rows: ConsumerRow[] = CONSUMERS.map((kind) => {
      const [endpoint, file] = DELIVERIES.map((delivery) => find(observed, kind, delivery));
      assert(endpoint && file);
      const refreshed = {
        endpoint: endpoint.outcome.refreshed,
        file: file.outcome.refreshed,
      };
      return { name: kind.name, version: endpoint.version, refreshed };
    });
    const page = await readFile(PAGE, 'utf8');
    const made = replaceTable(page, formatTable(rows));
    if (process.env['UPDATE_DOCS'] === '1') await writeFile(PAGE, made);
    else assert.equal(page, made, 'UPDATE_DOCS=1 npm run test:interop rewrites the table');
  });
});

function nameObject(kind: ConsumerKind, delivery: Delivery): { key: string } {
  return { key: `${kind.name.replaceAll(/\W+/g, '-')}-${delivery}.txt` };
}

function find(observed: Observed[], kind: ConsumerKind, delivery: Delivery): Observed {
  const found = observed.find((each) => each.kind === kind && each.delivery === delivery);
  assert(found, `${kind.name} was not observed with delivery ${delivery}`);
  return found;
}

/** Each pair reads an object of its own, by which the server's observations are told apart. */
async function observe(
  { seaweedFs, observer, environment, folder }: Surroundings,
  { kind, delivery, key }: { kind: ConsumerKind; delivery: Delivery; key: string },
): Promise<Observed> {
  await seaweedFs.putObject(BUCKET, key, TEXT);
  const credentialsFile = join(folder, key, 'credentials');
  const options = ['--deliver', delivery, '--credentials-file', credentialsFile];
  const consumer = await startConsumer(kind, options, environment);
  const startedMs = Date.now();
  const seenKey = () =>
    observer.requests.findLast(({ path }) => path === `/${BUCKET}/${key}`)?.accessKeyId;

  const observations: Observation[] = [];
  while ((observations.at(-1)?.atSeconds ?? 0) < OBSERVED_SECONDS) {
    const error = await readOnce(consumer, key);
    const atSeconds = (Date.now() - startedMs) / 1000;
    observations.push({ atSeconds, accessKeyId: seenKey(), error });
    await sleep(PAUSE_MS);
  }
  await consumer.close();
  return {
    kind,
    delivery,
    version: consumer.version,
    outcome: judge(observations, SESSION_SECONDS),
  };
}

/** Why the object could not be read; undefined where it could. */
async function readOnce(consumer: Consumer, key: string): Promise<string | undefined> {
  const { ok, text, error } = await consumer.read(BUCKET, key);
  if (ok) assert.equal(text, TEXT);
  return ok ? undefined : (error ?? 'failed without a reason');
}
