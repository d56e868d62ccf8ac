/** The misbehaviour that an emulator can be told to show, and the plan that says when it does. */

/** Misbehaviour below the protocol: any HTTP server can show it. */
export type HttpFault =
  /** Answers rightly, but `ms` milliseconds late. */
  | { kind: 'delay'; ms: number }
  /** Accepts the request and never answers. */
  | { kind: 'hang' }
  /** Resets the connection in place of an answer. */
  | { kind: 'reset' }
  | { kind: 'status'; status: number; body?: string; headers?: Record<string, string> }
  /** 200 with a web page, as a Wi-Fi portal or a proxy in between would answer. */
  | { kind: 'captive-portal' }
  | { kind: 'redirect'; location: string }
  /** 200 with the emulator's usual headers and a body that means nothing. */
  | { kind: 'garbage' };

/** Misbehaviour of the metadata server's identity endpoint: a token that is not what was asked for. */
export interface TokenFault {
  kind: 'token';
  /** Claims that replace (or, when undefined, remove) those of the right token. */
  claims?: Record<string, unknown>;
  /** Signs with a key that the issuer does not publish, under the published key's id. */
  signedBy?: 'foreign';
  /** Seconds until the token expires; negative for one that has expired. */
  lifetimeSeconds?: number;
}

/** Misbehaviour of STS within its protocol. */
export type StsFault =
  /** An error of AWS's; status and message default to what AWS sends with the code. */
  | { kind: 'error'; code: string; status?: number; message?: string }
  /** Credentials that live so many seconds, whatever was asked; negative for expired ones. */
  | { kind: 'credentials'; lifetimeSeconds: number }
  /** A success that holds no credentials. */
  | { kind: 'no-credentials' };

export interface FaultSelection {
  /**
   * The only route that shows the fault: a route name of the metadata emulator (`identity`,
   * `attributes`, `jwks`, …) or an action of STS (`AssumeRoleWithWebIdentity`). Without it, all
   * routes where the fault makes sense.
   */
  on?: string;
}

export const HTTP_FAULT_KINDS: readonly HttpFault['kind'][] = [
  'delay',
  'hang',
  'reset',
  'status',
  'captive-portal',
  'redirect',
  'garbage',
];
export const TOKEN_FAULT_KINDS: readonly TokenFault['kind'][] = ['token'];
export const STS_FAULT_KINDS: readonly StsFault['kind'][] = [
  'error',
  'credentials',
  'no-credentials',
];

/** When an emulator misbehaves, and how. */
export interface FaultPlan<Fault> {
  /** The kinds of faults that this emulator can show. */
  readonly kinds: readonly string[];
  /** Shows the fault to the next `times` matching requests; calls queue up. */
  next(fault: Fault, times?: number, selection?: FaultSelection): void;
  /** Shows the fault to every matching request that no queued fault takes, until `clear`. */
  always(fault: Fault, selection?: FaultSelection): void;
  /** Forgets all faults: the emulator behaves again. */
  clear(): void;
  /** Takes the fault for a request on this route, if there is one: what the emulators call. */
  take(route: string): Fault | undefined;
}

interface PlannedFault<Fault> {
  fault: Fault;
  remaining: number;
  on: string | undefined;
}

/**
 * An empty fault plan.
 * @param kinds the kinds of faults that the emulator can show
 * @param appliesTo whether a fault planned without `on` concerns a route
 */
export function createFaultPlan<Fault extends { kind: string }>(
  kinds: readonly Fault['kind'][],
  appliesTo: (fault: Fault, route: string) => boolean,
): FaultPlan<Fault> {
  let planned: PlannedFault<Fault>[] = [];
  const concerns = ({ fault, on }: PlannedFault<Fault>, route: string) =>
    on === undefined ? appliesTo(fault, route) : on === route;

  return {
    kinds,
    next(fault, times = 1, { on } = {}) {
      planned.push({ fault, remaining: times, on });
    },
    always(fault, { on } = {}) {
      planned.push({ fault, remaining: Number.POSITIVE_INFINITY, on });
    },
    clear() {
      planned = [];
    },
    take(route) {
      const matching = planned.filter((entry) => concerns(entry, route));
      const queued = matching.find(({ remaining }) => Number.isFinite(remaining));
      const chosen = queued ?? matching.at(-1);
      if (!chosen) return undefined;
      chosen.remaining -= 1;
      planned = planned.filter(({ remaining }) => remaining > 0);
      return chosen.fault;
    },
  };
}
