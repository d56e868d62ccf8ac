/** What both emulators have in common, for those who start and use them. */
import type { FaultPlan } from './faults.ts';
import type { RecordedRequest } from './http/exchange.ts';

/** Options of either emulator. */
export interface EmulatorOptions {
  /** Port to listen on; default 0, a free one. */
  port?: number;
  /** Address to listen on; default 127.0.0.1. */
  bindAddress?: string;
  /** Milliseconds that every answer takes at least; default 0. */
  latencyMs?: number;
  /** The emulator's clock, milliseconds since the epoch; default Date.now. */
  now?: () => number;
  /** Lets other processes plan faults and read requests under `/_control/`; default false. */
  control?: boolean;
}

/** A running emulator. */
export interface Emulator<Fault> {
  readonly port: number;
  /** `127.0.0.1:PORT`, as GCE_METADATA_HOST wants it. */
  readonly host: string;
  /** `http://127.0.0.1:PORT`, as AWS_ENDPOINT_URL_STS wants it. */
  readonly url: string;
  readonly faults: FaultPlan<Fault>;
  /** The requests since the start or the last `clearRequests`, oldest first. */
  readonly requests: readonly RecordedRequest[];
  clearRequests(): void;
  /** Stops listening and ends every connection, also those that a fault left hanging. */
  close(): Promise<void>;
}
