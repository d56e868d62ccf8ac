/**
 * Builds the executable: `node image/build.ts [--arch x64|arm64] [--outfile PATH]`.
 * Bun compiles init/main.ts and everything it imports into one file that needs only glibc.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';

const ROOT = join(import.meta.dirname, '..');

/** Baseline: Dataflow still offers machine types without AVX2. */
const TARGETS: Readonly<Record<string, string>> = {
  x64: 'bun-linux-x64-baseline',
  arm64: 'bun-linux-arm64',
};

/** The runtime that ships, as the lock file pins it; for another CPU than ours Bun fetches it. */
const LOCKED_RUNTIMES: Readonly<Record<string, string>> = {
  x64: 'node_modules/@oven/bun-linux-x64-baseline/bin/bun',
};

/**
 * Variables with which Bun would become its own command line (`run -- X` would then start X without
 * credentials), take options, print requests with the tokens in them, or load a debugger.
 * A name stands after the longer ones that begin with it.
 */
const NEUTRALISED_VARIABLES = [
  'BUN_BE_BUN',
  'BUN_OPTIONS',
  'BUN_CONFIG_VERBOSE_FETCH',
  'BUN_INSPECT_PRELOAD',
  'BUN_INSPECT_CONNECT_TO',
  'BUN_INSPECT',
];

function build(arch: string, outfile: string): void {
  const target = TARGETS[arch];
  if (target === undefined) {
    throw new Error(`--arch is "${arch}"; allowed: ${Object.keys(TARGETS).join(', ')}`);
  }
  const temporary = `${outfile}.${process.pid}`;
  const options = ['--compile', '--minify', '--bytecode', '--format=esm', `--target=${target}`];
  // A file in the worker's directory must never choose a role.
  options.push('--no-compile-autoload-dotenv', '--no-compile-autoload-bunfig');
  options.push(`--tsconfig-override=${join(ROOT, 'image', 'bundle.tsconfig.json')}`);
  const runtime = join(ROOT, LOCKED_RUNTIMES[arch] ?? '');
  if (arch in LOCKED_RUNTIMES && existsSync(runtime)) {
    options.push(`--compile-executable-path=${runtime}`);
  }
  const bun = join(ROOT, 'node_modules', '.bin', 'bun');
  const entry = join(ROOT, 'init', 'main.ts');
  execFileSync(bun, ['build', ...options, entry, '--outfile', temporary], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  writeFileSync(temporary, neutralise(readFileSync(temporary)));
  renameSync(temporary, outfile);
}

/** Renames the variables inside the executable to what no environment can hold: a name with `=`. */
function neutralise(executable: Buffer): Buffer {
  for (const name of NEUTRALISED_VARIABLES) {
    const harmless = Buffer.from(name.replaceAll('_', '='));
    let at = executable.indexOf(name);
    if (at === -1) throw new Error(`Bun's runtime does not know ${name} any more: revise the list`);
    for (; at !== -1; at = executable.indexOf(name, at)) harmless.copy(executable, at);
  }
  return executable;
}

const { values } = parseArgs({
  options: {
    arch: { type: 'string', default: process.arch },
    outfile: { type: 'string', default: join(ROOT, 'dist', 'dataflow-aws-identity') },
  },
});
build(values.arch, values.outfile);
console.log(`Built ${relative('.', values.outfile)} for ${values.arch}`);
