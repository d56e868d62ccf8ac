/** Cloud Build, as far as cloudbuild.yaml asks for it, on the local engine. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';
import { DOCKER, docker, ROOT } from './docker.ts';

export interface Step {
  id: string;
  name: string;
  env?: string[];
  args: string[];
}

export interface CloudBuild {
  steps: Step[];
  images: string[];
  logsBucket: string;
  substitutions: Record<string, string>;
}

/** What Cloud Build's builder images start. */
const PROGRAMS: Readonly<Record<string, string>> = { 'gcr.io/cloud-builders/docker': DOCKER };

/**
 * Reads cloudbuild.yaml and replaces `${_NAME}` everywhere but in the defaults.
 * @param given what `--substitutions` gives; it beats the file's defaults
 * @throws when the file uses a name without a value, as Cloud Build refuses it
 */
export function readCloudBuild(given: Record<string, string>): CloudBuild {
  const source = readFileSync(join(ROOT, 'cloudbuild.yaml'), 'utf8');
  const { substitutions = {} }: Partial<CloudBuild> = parse(source);
  const values = { ...substitutions, ...given };
  return parse(source, (_key, value: unknown) =>
    typeof value === 'string' ? substitute(value, values) : value,
  );
}

/**
 * Copies what `gcloud builds submit .` uploads: what .gcloudignore leaves, by git's rules, which
 * are gcloud's. Returns the folder; the caller removes it.
 */
export function upload(): string {
  const folder = mkdtempSync(join(tmpdir(), 'image-upload-'));
  const rules = '--exclude-from=.gcloudignore';
  const ignored = new Set(listFiles(['--cached', '--ignored', rules]));
  const all = listFiles(['--cached', '--others', rules]);
  const left = all.filter((file) => !ignored.has(file) && existsSync(join(ROOT, file)));
  for (const file of left) cpSync(join(ROOT, file), join(folder, file));
  return folder;
}

/** Runs the steps in a folder, then pushes the images, as Cloud Build does with `images`. */
export async function runCloudBuild({ steps, images }: CloudBuild, cwd: string): Promise<void> {
  for (const step of steps) await runStep(step, cwd);
  for (const image of images) await docker(['push', image]);
}

async function runStep({ id, name, args, env = [] }: Step, cwd: string): Promise<void> {
  const program = PROGRAMS[name];
  if (program === undefined) throw new Error(`step ${id}: no program is known for ${name}`);
  const { DOCKER_HOST = '', HOME = '' } = process.env;
  const variables = Object.fromEntries(env.map((variable) => variable.split('=', 2)));
  const started = spawn(program, args, { cwd, env: { DOCKER_HOST, HOME, ...variables } });
  const [said, [exitCode]] = await Promise.all([text(started.stderr), once(started, 'close')]);
  if (exitCode !== 0) throw new Error(`step ${id} ended with ${exitCode}:\n${said.slice(-4000)}`);
}

function listFiles(args: string[]): string[] {
  const list = execFileSync('git', ['ls-files', '-z', ...args], { cwd: ROOT, encoding: 'utf8' });
  return list.split('\0').filter(Boolean);
}

function substitute(value: string, values: Record<string, string>): string {
  return value.replaceAll(/\$\{(_[A-Z0-9_]+)\}/g, (_match, name: string) => {
    const found = values[name];
    if (found === undefined) throw new Error(`cloudbuild.yaml: ${name} has no value`);
    return found;
  });
}
