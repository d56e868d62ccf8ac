/**
 * Twelve minutes in which Google's metadata server and AWS STS go away, hang, throttle, fail and come
 * back, while five real SDKs read S3 every two seconds. Credentials last 5 minutes and are refreshed
 * after about 70 seconds.
 */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CONSUMERS, type ConsumerKind } from '../interop/consumers/catalogue.ts';
import { type Consumer, startConsumer } from '../interop/consumers/start.ts';
import { BUCKET, type Surroundings, startSurroundings } from '../interop/surroundings.ts';
import { type PlannedFault, planFaults } from './plan.ts';
import { clearFaults, showFault } from './show-fault.ts';
import { type StsGateway, startStsGateway } from './sts-gateway.ts';
import { findUnexcusedFailures, type Read } from './verdict.ts';

const SESSION_SECONDS = 300;
/** A quarter of the lifetime: when credentials that live so short are refreshed. */
const REFRESH_INTERVAL_MS = (SESSION_SECONDS / 4) * 1000;
const RANDOM_SECONDS = 300;
const OUTAGE_SECONDS = SESSION_SECONDS + 30;
const PAUSE_MS = 2_000;
const KEY = 'read.txt';
/** A new process reads the credentials anew each time: nothing to learn here. */
const KINDS = CONSUMERS.filter(({ name }) => !name.startsWith('aws command'));
const SEED = Number(process.env['FAULTS_SEED'] ?? randomInt(2 ** 31));

describe(`consumers under faults, FAULTS_SEED=${SEED}`, () => {
  const faults = planFaults({
    seed: SEED,
    randomSeconds: RANDOM_SECONDS,
    outageSeconds: OUTAGE_SECONDS,
  });
  let surroundings: Surroundings;
  let sts: StsGateway;
  let startMs: number;
  let lastFaultEndMs: number;
  const reads = new Map<ConsumerKind, Read[]>();

  before(async () => {
    surroundings = await startSurroundings(SESSION_SECONDS);
    sts = await startStsGateway(surroundings.seaweedFs.url);
    await surroundings.seaweedFs.putObject(BUCKET, KEY, 'text');
    const consumers = await Promise.all(KINDS.map(start));
    startMs = Date.now();
    const over = new AbortController();
    const reading = consumers.map((consumer) => keepReading(consumer, over.signal));
    await showFaults();
    lastFaultEndMs = Date.now();
    await sleep(2 * REFRESH_INTERVAL_MS);
    over.abort();
    const all = await Promise.all(reading);
    for (const [index, kind] of KINDS.entries()) reads.set(kind, all[index] ?? []);
    await Promise.all(consumers.map((consumer) => consumer.close()));
  });
  after(async () => {
    await sts.close();
    await surroundings.close();
  });

  function start(kind: ConsumerKind): Promise<Consumer> {
    const environment = { ...surroundings.environment, AWS_ENDPOINT_URL_STS: sts.url };
    return startConsumer(kind, ['--role-session-name', nameSession(kind)], environment);
  }

  async function showFaults(): Promise<void> {
    const servers = { metadata: surroundings.metadata, sts };
    for (const fault of faults) {
      await sleep(startMs + fault.startSeconds * 1000 - Date.now());
      showFault(fault, servers);
      await sleep(startMs + fault.endSeconds * 1000 - Date.now());
      clearFaults(servers);
    }
  }

  function issuedTo(kind: ConsumerKind) {
    return sts.issued.filter(({ roleSessionName }) => roleSessionName === nameSession(kind));
  }

  test('what was shown and what was seen', (context) => {
    for (const line of formatSeen(faults, startMs, reads)) context.diagnostic(line);
    const shownMs = lastFaultEndMs - startMs;
    assert(shownMs + 2 * REFRESH_INTERVAL_MS >= 600_000, 'ten minutes at least');
  });

  for (const kind of KINDS) {
    test(`${kind.name} never fails while it could have credentials`, () => {
      const own = reads.get(kind) ?? [];
      assert(own.length > 100, `${own.length} reads`);
      const unexcused = findUnexcusedFailures(own, issuedTo(kind), REFRESH_INTERVAL_MS);
      assert.deepEqual(unexcused, []);
    });

    test(`${kind.name} works again within a refresh interval of the last fault`, () => {
      const own = reads.get(kind) ?? [];
      const failed = own.filter(({ error }) => error !== undefined);
      assert(failed.length > 0, 'the long outage outlasts every credential');
      const settled = own.filter((read) => read.startMs > lastFaultEndMs + REFRESH_INTERVAL_MS);
      assert(settled.length > 10, `${settled.length} reads`);
      assert.deepEqual(
        settled.filter(({ error }) => error !== undefined),
        [],
      );
    });
  }
});

function nameSession(kind: ConsumerKind): string {
  return kind.name.replaceAll(/\W+/g, '-');
}

async function keepReading(consumer: Consumer, over: AbortSignal): Promise<Read[]> {
  const reads: Read[] = [];
  while (!over.aborted) {
    const startMs = Date.now();
    const { ok, error } = await consumer.read(BUCKET, KEY);
    reads.push({ startMs, endMs: Date.now(), error: ok ? undefined : (error ?? 'no reason') });
    await sleep(PAUSE_MS);
  }
  return reads;
}

/** A line for each fault: how many reads ended during it, and how many of them failed. */
function formatSeen(
  faults: PlannedFault[],
  startMs: number,
  reads: Map<ConsumerKind, Read[]>,
): string[] {
  const all = [...reads.values()].flat();
  return faults.map(({ startSeconds, endSeconds, place, kind }) => {
    const during = all.filter(({ endMs }) => {
      const atSeconds = (endMs - startMs) / 1000;
      return atSeconds >= startSeconds && atSeconds < endSeconds;
    });
    const failed = during.filter(({ error }) => error !== undefined).length;
    return `${startSeconds}–${endSeconds} s | ${place} ${kind} | ${during.length} reads, ${failed} failed`;
  });
}
