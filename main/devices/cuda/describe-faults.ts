import { ACTOR } from '../../../app/abi/arena-layout.ts';
import type { Arena } from '../../../app/device/arena.ts';
import type { FaultCause } from '../../../app/device/fault-cause.ts';
import type { AddonError } from '../../../native/bindings/addon-error.ts';
import { explainFault, faultCause } from '../common/fault-cause.ts';

export interface ExplainedFault {
  readonly cause: FaultCause;
  readonly detail: string;
}

/** What an actor's code wrote into its block before it ended the context; undefined where it did not. */
export function recordedFault({ u32 }: Arena, address: number): ExplainedFault | undefined {
  const [code = 0, first = 0, second = 0] = u32.subarray((address + ACTOR.fault) >>> 2, ((address + ACTOR.fault) >>> 2) + 3);
  if (code === 0) return undefined;
  const cause = faultCause(code, '');
  switch (cause) {
    case 'out-of-bounds':
      return { cause, detail: `index ${first.toString()} of a container that holds ${second.toString()}` };
    case 'invalid-buffer':
      return { cause, detail: `the handle of a buffer that is not there: slot ${first.toString()}, generation ${second.toString()}` };
    default:
      return { cause, detail: explainFault(cause, { message: cause, handlerBudgetMs: 0, who: 'a thread', stackBytes: 0 }) };
  }
}

/** The driver's codes for what a kernel does wrong, with the causes that they mean. */
const CAUSES: Readonly<Record<number, FaultCause>> = {
  700: 'out-of-bounds',
  710: 'assertion-failed',
  714: 'stack-overflow',
  715: 'trap',
  716: 'misaligned-atomic',
  717: 'out-of-bounds',
  718: 'bad-indirect-call',
  719: 'trap',
  702: 'runaway',
};

/** What took the context along, as far as the driver tells. */
export function explainContextLoss({ code, name, message }: AddonError): ExplainedFault {
  const cause = CAUSES[code ?? 0] ?? 'context-lost';
  return { cause, detail: `${name}: ${message.replace(/\.$/, '')}` };
}
