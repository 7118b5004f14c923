import type { FaultCause } from '../../../app/device/fault-cause.ts';
import type { AddonError } from '../../../native/bindings/addon-error.ts';

export interface ExplainedFault {
  readonly cause: FaultCause;
  readonly detail: string;
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
