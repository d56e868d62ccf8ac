import type { EndpointRequest, EndpointResponse } from '../deliver/endpoint.ts';
import type { Disk, Environment, FederationPorts, Worker } from '../ports.ts';

/** An endpoint that listens on the loopback interface. */
export interface Endpoint {
  port: number;
  close(): void;
}

export type Listen = (
  port: number | undefined,
  answer: (request: EndpointRequest, port: number) => EndpointResponse,
) => Promise<Endpoint>;

/** What the commands work with; main.ts makes it. */
export interface CommandPorts {
  federation: FederationPorts;
  disk: Disk;
  listen: Listen;
  env: Environment;
  /** Aborts when the process is told to end. */
  signal: AbortSignal;
  /** Gives memory back between refreshes. */
  releaseMemory(): void;
  /** Writes the one line that is a command's result. */
  print(line: string): void;
}

export interface RunPorts extends CommandPorts {
  worker: Worker;
}
