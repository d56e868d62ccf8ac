import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DEFAULT_ROLE, type Emulators, startEmulators } from '../emulators/start.ts';
import { buildWorkerImage } from './build.ts';
import {
  eventOf,
  type Recorded,
  readLogs,
  runContainer,
  startContainer,
  untilWaiting,
} from './container.ts';
import { docker, RECORDER_IMAGES } from './docker.ts';

const RUNNER_ARGUMENTS = [
  '--id=sdk-0-0',
  '--logging_endpoint=localhost:12370',
  '--control_endpoint=localhost:12371',
  '--note=two words, "quotes" and $HOME',
  '',
];
const WORKER = { RECORDER_START_WORKER: '1' };
const ASSUMED_ROLE = /^arn:aws:sts::123456789012:assumed-role\/dataflow-reader\//;
/** Nothing that an image or a machine would offer: an unknown user, and only /tmp to write to. */
const BARE = ['--user=12345:12345', '--read-only', '--tmpfs=/tmp', '--cap-drop=ALL'];

let emulators: Emulators;
before(async () => {
  emulators = await startEmulators();
});
after(() => emulators.close());

for (const sdk of Object.keys(RECORDER_IMAGES) as (keyof typeof RECORDER_IMAGES)[]) {
  describe(`the worker image of the ${sdk} SDK`, () => {
    let image: string;
    before(async () => {
      image = await buildWorkerImage(sdk);
    });

    test("passes the runner's arguments to boot untouched", async () => {
      const recorded = await runContainer(emulators, { image, args: RUNNER_ARGUMENTS });
      assert.equal(recorded.exitCode, 0, recorded.stderr);
      assert.deepEqual(eventOf(recorded, 'started').arguments, RUNNER_ARGUMENTS);
    });

    test("gives a process that boot starts the role's credentials and the region", async () => {
      const recorded = await runContainer(emulators, { image, env: WORKER });
      assertHasIdentity(recorded);
    });

    test('works as an unknown user, on a read-only root, without HOME', async () => {
      const options = [...BARE, '--env=HOME='];
      const recorded = await runContainer(emulators, { image, env: WORKER, options });
      assertHasIdentity(recorded);
      assert.equal(eventOf(recorded, 'started').uid, 12_345);
    });

    test('delivers in a file, too', async () => {
      const env = {
        ...WORKER,
        AWS_IDENTITY_DELIVER: 'file',
        AWS_SHARED_CREDENTIALS_FILE: '/tmp/credentials',
      };
      const recorded = await runContainer(emulators, { image, env, options: BARE });
      assertHasIdentity(recorded);
    });

    test('lets boot replace it, as process 1, with --once', async () => {
      const env = {
        ...WORKER,
        AWS_IDENTITY_DELIVER: 'file',
        AWS_IDENTITY_ONCE: 'true',
        AWS_SHARED_CREDENTIALS_FILE: '/tmp/credentials',
      };
      const recorded = await runContainer(emulators, { image, env, options: BARE });
      assertHasIdentity(recorded);
      assert.equal(eventOf(recorded, 'started').pid, 1);
    });

    test("ends with boot's exit code", async () => {
      const recorded = await runContainer(emulators, { image, env: { RECORDER_EXIT_CODE: '43' } });
      assert.equal(recorded.exitCode, 43);
    });

    test('ends boot at once on docker stop, with its exit code', async () => {
      const env = { RECORDER_EXIT_CODE: '44' };
      const id = await startContainer(emulators, { image, env });
      try {
        const startedMs = performance.now();
        await docker(['stop', '--time=30', id]);
        const tookMs = performance.now() - startedMs;
        assert.equal(await exitCodeOf(id), 44);
        assert.equal(eventOf(await readLogs(id), 'signal').name, 'terminated');
        assert.ok(tookMs < 5000, `took ${tookMs} ms of the 30 s that docker stop allows`);
      } finally {
        await docker(['rm', '--force', id]);
      }
    });

    test('gets credentials anew when the container restarts', async () => {
      const env = { ...WORKER, AWS_IDENTITY_DELIVER: 'file', HOME: '/tmp' };
      const id = await startContainer(emulators, { image, env });
      try {
        await docker(['restart', '--time=5', id]);
        await untilWaiting(id, 2);
        const { events } = await readLogs(id);
        const arns = events.flatMap(({ event, fields }) =>
          event === 'identity' ? fields.arn : [],
        );
        assert.equal(arns.length, 2);
        for (const arn of arns) assert.match(arn, ASSUMED_ROLE);
      } finally {
        await docker(['rm', '--force', id]);
      }
    });

    test('hands over to boot at once for --setup_only, and asks nobody', async () => {
      emulators.metadata.clearRequests();
      emulators.sts.clearRequests();
      const args = ['--setup_only', '--artifacts=/tmp/staged'];
      const recorded = await runContainer(emulators, { image, args });
      assert.equal(recorded.exitCode, 0, recorded.stderr);
      const { arguments: received, pid } = eventOf(recorded, 'started');
      assert.deepEqual({ received, pid }, { received: args, pid: 1 });
      assert.equal(emulators.metadata.requests.length + emulators.sts.requests.length, 0);
    });

    test('never starts boot when the trust policy refuses, and says so', async () => {
      const refusing = await startEmulators({
        sts: {
          roles: [{ ...DEFAULT_ROLE, trustPolicy: { Version: '2012-10-17', Statement: [] } }],
        },
      });
      try {
        const recorded = await runContainer(refusing, { image });
        assert.equal(recorded.exitCode, 77);
        assert.deepEqual(recorded.events, []);
        assert.match(recorded.stderr, /STS refused .*dataflow-reader.*hint: .*trust policy/s);
      } finally {
        await refusing.close();
      }
    });

    test('never starts boot without a metadata server', async () => {
      const env = { GCE_METADATA_HOST: '127.0.0.1:1', AWS_IDENTITY_DEADLINE: '2' };
      const recorded = await runContainer(emulators, { image, env });
      assert.equal(recorded.exitCode, 69);
      assert.deepEqual(recorded.events, []);
    });
  });
}

function assertHasIdentity(recorded: Recorded): void {
  assert.equal(recorded.exitCode, 0, recorded.stderr);
  const { arn, region } = eventOf(recorded, 'identity');
  assert.match(arn, ASSUMED_ROLE);
  assert.equal(region, 'eu-west-1');
}

async function exitCodeOf(id: string): Promise<number> {
  return Number(await docker(['inspect', '--format={{.State.ExitCode}}', id]));
}
