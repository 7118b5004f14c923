import type { FaultCause } from '../device/device.ts';

/** Ends a handler as a trap would. */
export class FakeFault extends Error {
  override readonly cause: FaultCause;

  constructor(cause: FaultCause = 'trap', detail: string = cause) {
    super(detail);
    this.cause = cause;
  }
}
