/**
 * Both emulators as a command, for a container or a shell:
 *
 *   node test/emulators/main.ts [--config FILE.json] [--metadata-port N] [--sts-port N] [--host ADDRESS]
 *
 * Prints one line of JSON when both are up; ends on SIGTERM or SIGINT.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseConfig } from './config.ts';
import { DEFAULT_ROLE, type EmulatorsOptions, startEmulators } from './start.ts';

const DEFAULT_PORTS = { metadata: 8180, sts: 8181 };
const CONFIGURATION_ERROR = 78;

/** Merges the command line over the configuration file. Throws on unknown options and values. */
function readOptions(args: string[]): EmulatorsOptions {
  const { values } = parseArgs({
    args,
    options: {
      config: { type: 'string' },
      'metadata-port': { type: 'string' },
      'sts-port': { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
    },
  });
  const config = values.config ? parseConfig(readFileSync(values.config, 'utf8')) : {};
  const listening = { bindAddress: values.host, control: true };
  const metadataPort = parsePort('--metadata-port', values['metadata-port']);
  const stsPort = parsePort('--sts-port', values['sts-port']);
  return {
    metadata: {
      ...config.metadata,
      ...listening,
      port: metadataPort ?? config.metadata?.port ?? DEFAULT_PORTS.metadata,
    },
    sts: {
      ...config.sts,
      ...listening,
      port: stsPort ?? config.sts?.port ?? DEFAULT_PORTS.sts,
    },
  };
}

function parsePort(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Error(`${option} ${text}: a port is a number from 0 (any free one) to 65535`);
}

async function main(args: string[]): Promise<void> {
  const options = readOptions(args);
  const emulators = await startEmulators(options);
  const { metadata, sts, environment } = emulators;
  const roles = (options.sts?.roles ?? [DEFAULT_ROLE]).map(({ arn }) => arn);
  console.log(JSON.stringify({ metadata: metadata.url, sts: sts.url, roles, environment }));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void emulators.close());
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(`emulators: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = CONFIGURATION_ERROR;
}
