import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { EXECUTABLE_PATH } from '../../init/contract.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { DEFAULT_ROLE } from '../emulators/start.ts';
import { buildImage, buildText, buildWorkerImage } from './build.ts';
import { BEAM_GO_IMAGE, DOCKER, docker, RECORDER_IMAGES } from './docker.ts';

const MEGABYTE = 1_000_000;
const MOST_BYTES = { raw: 115 * MEGABYTE, compressed: 45 * MEGABYTE };
/** ELF's e_machine (System V ABI). */
const MACHINES = { amd64: 62, arm64: 183 } as const;

interface Inspected {
  Architecture: string;
  Config: { Env: string[]; Labels: Record<string, string>; Entrypoint: string[]; User: string };
  RootFS: { Layers: string[] };
}

describe('the worker image', () => {
  let folder: string;
  let image: string;
  let inspected: Inspected;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'image-layers-'));
    image = await buildWorkerImage('Go');
    inspected = await inspect(image);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test("is the base image's layers and one more, which holds only the executable", async () => {
    const base = (await inspect(RECORDER_IMAGES.Go)).RootFS.Layers;
    assert.deepEqual(inspected.RootFS.Layers.slice(0, -1), base);
    assert.deepEqual(await addedFiles(image, RECORDER_IMAGES.Go), [EXECUTABLE_PATH]);
  });

  test('adds at most 115 MB, 45 MB compressed', async (t) => {
    const executable = await copyOut(image, join(folder, 'executable'));
    const raw = statSync(executable).size;
    const compressed = {
      'zstd -17': compressedSize('zstd', ['-17', '-T0', '--stdout', executable]),
      'zstd -3': compressedSize('zstd', ['-3', '--stdout', executable]),
      'gzip -6': compressedSize('gzip', ['-6', '--stdout', executable]),
    };
    for (const [name, bytes] of Object.entries({ raw, ...compressed })) {
      t.diagnostic(`${name}: ${(bytes / MEGABYTE).toFixed(2)} MB`);
    }
    assert.ok(raw <= MOST_BYTES.raw, `${raw} bytes`);
    assert.ok(compressed['zstd -17'] <= MOST_BYTES.compressed, `${compressed['zstd -17']} bytes`);
  });

  test('has the role and the region as defaults of the environment, and no secret', () => {
    const variables = inspected.Config.Env.filter((variable) => variable.startsWith('AWS_'));
    assert.deepEqual(variables.toSorted(), [
      'AWS_REGION=eu-west-1',
      `AWS_ROLE_ARN=${DEFAULT_ROLE.arn}`,
    ]);
  });

  test('says what it is in the labels of the OCI image specification', async () => {
    const source = 'https://example.com/source';
    const labelled = await buildImage({ tag: 'labels', buildArgs: { SOURCE_URL: source } });
    assert.deepEqual((await inspect(labelled)).Config.Labels, {
      'org.opencontainers.image.title': packageJson.name,
      'org.opencontainers.image.source': source,
      'org.opencontainers.image.version': packageJson.version,
      'org.opencontainers.image.licenses': packageJson.license,
    });
  });

  for (const architecture of ['amd64', 'arm64'] as const) {
    test(`holds an executable for ${architecture} when that is the target`, async () => {
      const other = await buildImage({
        tag: `worker-${architecture}`,
        beamImage: 'scratch',
        platform: `linux/${architecture}`,
      });
      const executable = readFileSync(await copyOut(other, join(folder, architecture)));
      assert.equal((await inspect(other)).Architecture, architecture);
      assert.equal(executable.readUInt16LE(18), MACHINES[architecture]);
    });
  }

  test('gives its executable to an own Dockerfile by one COPY --from', async () => {
    const own = await buildText(
      'own',
      `FROM ${BEAM_GO_IMAGE}\nCOPY --from=${image} ${EXECUTABLE_PATH} ${EXECUTABLE_PATH}\n`,
    );
    const version = await docker([
      'run',
      '--rm',
      '--entrypoint',
      EXECUTABLE_PATH,
      own,
      '--version',
    ]);
    assert.equal(version, packageJson.version);
  });
});

async function inspect(image: string): Promise<Inspected> {
  return JSON.parse(await docker(['image', 'inspect', '--format={{json .}}', image]));
}

/** The files that an image has and its base has not. */
async function addedFiles(image: string, base: string): Promise<string[]> {
  const [files, baseFiles] = await Promise.all([listFiles(image), listFiles(base)]);
  return files.filter((file) => !baseFiles.includes(file));
}

async function listFiles(image: string): Promise<string[]> {
  const id = await docker(['create', image, 'unused']);
  try {
    const list = execFileSync('sh', ['-c', '"$0" export "$1" | tar --list', DOCKER, id]);
    const names = String(list).trim().split('\n');
    return names.filter((name) => !name.endsWith('/')).map((name) => `/${name}`);
  } finally {
    await docker(['rm', id]);
  }
}

async function copyOut(image: string, to: string): Promise<string> {
  const id = await docker(['create', image, 'unused']);
  try {
    await docker(['cp', `${id}:${EXECUTABLE_PATH}`, to]);
    return to;
  } finally {
    await docker(['rm', id]);
  }
}

function compressedSize(command: string, args: string[]): number {
  return execFileSync(command, args, { maxBuffer: 200 * MEGABYTE }).length;
}
