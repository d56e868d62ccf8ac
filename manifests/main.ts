/** `npm run render`: reads values, renders, writes text. The only file of manifests/ that does I/O. */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { argv, stderr, stdout } from 'node:process';
import { EXIT_CODES } from '../init/contract.ts';
import { formatUsage, parseCommandLine, type RenderRequest, UsageError } from './command-line.ts';
import { type Files, numberObjects, renderers } from './renderers.ts';
import { parseSettings, SettingsError } from './settings/parse.ts';
import { findPartitionProblems } from './settings/partition.ts';
import { findPodProblems } from './settings/pods.ts';
import { settingsTable } from './settings/table.ts';
import { applyAssignments, parseValues } from './settings/values.ts';

class OutputError extends Error {
  override readonly name = 'OutputError';
}

process.exitCode = await main(argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const request = parseCommandLine(args, renderers);
    if (request === 'help') {
      stdout.write(formatUsage(renderers, settingsTable));
    } else {
      await write(render(request, await readValues(request.values)), request.output);
    }
    return EXIT_CODES.ok;
  } catch (error) {
    return report(error);
  }
}

function render(request: RenderRequest, text: string): Files {
  const values = applyAssignments(parseValues(text, request.values ?? ''), request.assignments);
  const settings = parseSettings(settingsTable, values, request.what);
  const problems = [...findPartitionProblems(settings), ...findPodProblems(settings)];
  if (problems.length > 0) throw new SettingsError(problems);
  const renderer = renderers[request.what];
  const files = request.teardown
    ? renderer?.renderTeardown?.(settings)
    : renderer?.render(settings);
  return files ?? {};
}

async function readValues(path: string | undefined): Promise<string> {
  if (path === undefined) return '';
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new SettingsError([`--values ${path}: cannot be read: ${describe(error)}`]);
  }
}

async function write(files: Files, folder: string | undefined): Promise<void> {
  if (folder === undefined) {
    stdout.write(joinDocuments(files));
    return;
  }
  try {
    await makeFolder(resolve(folder));
    for (const [name, text] of Object.entries(numberObjects(files))) {
      const mode = text.startsWith('#!') ? 0o755 : 0o644;
      await writeFile(join(folder, name), text, { mode });
    }
  } catch (error) {
    throw new OutputError(`--output ${folder}: cannot be written: ${describe(error)}`);
  }
}

/** Makes a folder and those above it. Node's `recursive` never returns for a folder under /proc. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error;
    await makeFolder(dirname(folder));
    await mkdir(folder);
  }
}

/** Several files are YAML, whose documents can follow each other in one stream. */
function joinDocuments(files: Files): string {
  return Object.values(files).join('---\n');
}

function report(error: unknown): number {
  if (error instanceof UsageError) {
    stderr.write(`${error.message}\nhint: npm run render -- --help\n`);
    return EXIT_CODES.usage;
  }
  if (error instanceof SettingsError) {
    const hint =
      'hint: settings come from --values FILE and --set key.path=value; --help lists them';
    stderr.write(`${error.message}\n${hint}\n`);
    return EXIT_CODES.configuration;
  }
  if (error instanceof OutputError) {
    stderr.write(`${error.message}\n`);
    return EXIT_CODES.cannotWrite;
  }
  stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT_CODES.internal;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
