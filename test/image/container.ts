/** Containers of the images under test, and what the recorder in them says. */
import type { Emulators } from '../emulators/start.ts';
import { docker, type Outcome, tryDocker } from './docker.ts';

export interface ContainerOptions {
  image: string;
  /** What the runner passes to the image's entry point. */
  args?: readonly string[];
  env?: Record<string, string>;
  /** More options of `docker run`. */
  options?: readonly string[];
}

/** One line of the recorder. */
export interface Event {
  event: 'started' | 'identity' | 'waiting' | 'signal';
  fields: Started & { arn: string; region: string; name: string };
}

interface Started {
  arguments: string[];
  environment: string[];
  pid: number;
  parentPid: number;
  uid: number;
  directory: string;
}

export interface Recorded extends Outcome {
  events: Event[];
}

/** Runs a container on the host's network, where the emulators are, until it ends. */
export async function runContainer(
  emulators: Emulators,
  options: ContainerOptions,
): Promise<Recorded> {
  return record(await tryDocker(['run', '--rm', ...argumentsOf(emulators, options)]));
}

/** Starts a container and returns its id once its recorder waits; the caller removes it. */
export async function startContainer(
  emulators: Emulators,
  options: ContainerOptions,
): Promise<string> {
  const env = { RECORDER_WAIT: '1', ...options.env };
  const id = await docker(['run', '--detach', ...argumentsOf(emulators, { ...options, env })]);
  await untilWaiting(id, 1);
  return id;
}

/** Resolves when the container's recorder has waited `times` times; rejects when it has ended. */
export async function untilWaiting(id: string, times: number): Promise<void> {
  for (;;) {
    const running = await docker(['inspect', '--format={{.State.Running}}', id]);
    const { events, stderr } = await readLogs(id);
    if (events.filter(({ event }) => event === 'waiting').length >= times) return;
    if (running !== 'true')
      throw new Error(`the container ended before its boot waited: ${stderr}`);
  }
}

/** Everything that a container said so far. */
export async function readLogs(id: string): Promise<Recorded> {
  return record(await tryDocker(['logs', id]));
}

/** The one event of a kind. Throws, with what the container said, when there is none. */
export function eventOf({ events, stderr }: Recorded, kind: Event['event']): Event['fields'] {
  const found = events.find(({ event }) => event === kind);
  if (found === undefined) throw new Error(`the recorder never said "${kind}": ${stderr}`);
  return found.fields;
}

function argumentsOf(emulators: Emulators, options: ContainerOptions): string[] {
  const env = { ...emulators.environment, ...options.env };
  return [
    '--network=host',
    ...Object.entries(env).map(([name, value]) => `--env=${name}=${value}`),
    ...(options.options ?? []),
    options.image,
    ...(options.args ?? []),
  ];
}

function record(outcome: Outcome): Recorded {
  const lines = outcome.stdout.split('\n').filter((line) => line.startsWith('{"event"'));
  return { ...outcome, events: lines.map((line) => JSON.parse(line)) };
}
