/** What a planned fault is on the wire of each server. */
import type { HttpFault } from '../emulators/faults.ts';
import type { PlannedFault } from './plan.ts';

export interface Misbehaving {
  readonly faults: { always(fault: HttpFault): void; clear(): void };
}

export interface Servers {
  metadata: Misbehaving;
  sts: Misbehaving;
}

const THROTTLING =
  '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>' +
  '<Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>';

const WIRE_FAULTS: Record<PlannedFault['kind'], Record<keyof Servers, HttpFault>> = {
  gone: { metadata: { kind: 'reset' }, sts: { kind: 'reset' } },
  hangs: { metadata: { kind: 'hang' }, sts: { kind: 'hang' } },
  throttles: {
    metadata: { kind: 'status', status: 429 },
    sts: { kind: 'status', status: 400, body: THROTTLING },
  },
  fails: { metadata: { kind: 'status', status: 503 }, sts: { kind: 'status', status: 503 } },
  'is a web portal': { metadata: { kind: 'captive-portal' }, sts: { kind: 'captive-portal' } },
};

/** Lets the servers of the fault's place misbehave until `clearFaults`. */
export function showFault({ place, kind }: PlannedFault, servers: Servers): void {
  for (const server of ['metadata', 'sts'] as const) {
    if (place === 'both' || place === server) {
      servers[server].faults.always(WIRE_FAULTS[kind][server]);
    }
  }
}

export function clearFaults({ metadata, sts }: Servers): void {
  metadata.faults.clear();
  sts.faults.clear();
}
