/** A consumer started by the program, which asks it to read an S3 object whenever it is told to. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { executable } from '../executable.ts';
import type { ConsumerKind } from './catalogue.ts';

export interface Answer {
  ok: boolean;
  text?: string;
  error?: string;
}

export interface Consumer {
  /** Of the SDK. */
  readonly version: string;
  /** Lets the consumer read an object with the one client that it has. */
  read(bucket: string, key: string): Promise<Answer>;
  /** What the program and the consumer wrote to standard error. */
  log(): string;
  close(): Promise<void>;
}

type Started = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * Starts `dataflow-aws-identity run [options] -- CONSUMER` and waits for the consumer's first line.
 * @param environment all of it: the consumer gets nothing else but what the program adds
 */
export async function startConsumer(
  kind: ConsumerKind,
  options: string[],
  environment: Record<string, string>,
): Promise<Consumer> {
  const args = ['run', '--log-format', 'text', ...options, '--', ...kind.command()];
  const started = spawn(executable(), args, { env: environment, stdio: 'pipe' });
  const log = collect(started.stderr);
  const lines = createInterface({ input: started.stdout })[Symbol.asyncIterator]();

  async function nextLine(): Promise<unknown> {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${kind.name} ended:\n${log()}`);
    return JSON.parse(value);
  }
  const { version } = (await nextLine()) as { version: string };
  return {
    version,
    log,
    async read(bucket, key) {
      started.stdin.write(`${JSON.stringify({ bucket, key })}\n`);
      return (await nextLine()) as Answer;
    },
    close: () => end(started),
  };
}

function collect(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
}

/** Consumers end by themselves at the end of their input, and the program with them. */
async function end(started: Started): Promise<void> {
  if (started.exitCode !== null || started.signalCode !== null) return;
  const exited = once(started, 'exit');
  started.stdin.end();
  await exited;
}
