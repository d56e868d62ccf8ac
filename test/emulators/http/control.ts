/** The control routes: what tests do by calls, other processes do by HTTP. */
import type { FaultPlan } from '../faults.ts';
import { jsonReply, type RecordedRequest, type Reply, textReply } from './exchange.ts';

export const CONTROL_ROOT = '/_control/';

/** The body of `POST /_control/faults`: exactly one of `next`, `always` and `clear`. */
interface FaultOrder<Fault> {
  next?: Fault;
  /** With `next`; default 1. */
  times?: number;
  always?: Fault;
  clear?: true;
  on?: string;
}

/**
 * Answers a control request: `POST /_control/faults` (see FaultOrder), `GET /_control/requests`
 * and `DELETE /_control/requests`.
 */
export function answerControl<Fault extends { kind: string }>(
  request: RecordedRequest,
  faults: FaultPlan<Fault>,
  requests: RecordedRequest[],
): Reply {
  switch (`${request.method} ${request.path}`) {
    case `POST ${CONTROL_ROOT}faults`:
      return orderFault(request.body, faults);
    case `GET ${CONTROL_ROOT}requests`:
      return jsonReply(requests);
    case `DELETE ${CONTROL_ROOT}requests`:
      requests.length = 0;
      return { status: 204, body: '' };
    default:
      return textReply(404, `No control route ${request.method} ${request.path}\n`);
  }
}

function orderFault<Fault extends { kind: string }>(body: string, faults: FaultPlan<Fault>): Reply {
  const order = parseOrder<Fault>(body);
  if (!order) return textReply(400, 'A fault order is a JSON object with next, always or clear\n');
  const fault = order.next ?? order.always;
  if (fault !== undefined && !faults.kinds.includes(fault.kind)) {
    return textReply(
      400,
      `Unknown fault ${JSON.stringify(fault)}; kinds: ${faults.kinds.join(', ')}\n`,
    );
  }
  const selection = order.on === undefined ? {} : { on: order.on };
  if (order.next) faults.next(order.next, order.times, selection);
  else if (order.always) faults.always(order.always, selection);
  else faults.clear();
  return { status: 204, body: '' };
}

function parseOrder<Fault>(body: string): FaultOrder<Fault> | undefined {
  try {
    const order: FaultOrder<Fault> = JSON.parse(body);
    const given = [order.next, order.always, order.clear].filter((each) => each !== undefined);
    return given.length === 1 ? order : undefined;
  } catch {
    return undefined;
  }
}
