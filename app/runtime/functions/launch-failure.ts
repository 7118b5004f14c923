import { StudioError, type SourceLocation } from '../../base/studio-error.ts';
import type { FaultCause } from '../../device/device.ts';
import type { GridFault } from '../../device/grid-launch.ts';
import type { Dim3 } from '../../model/dim3.ts';

/** A thread of a launch failed, or the launch ran too long: why, and where as far as that is known. */
export class LaunchFailure extends StudioError {
  readonly faultCause: FaultCause;
  readonly detail: string;
  readonly location: SourceLocation | undefined;
  readonly block: Dim3 | undefined;
  readonly thread: Dim3 | undefined;

  constructor(functionName: string, fault: Omit<GridFault, 'location'>, location: SourceLocation | undefined) {
    const { cause, detail, block, thread } = fault;
    const place = [
      ...(location === undefined ? [] : [`${location.file}:${location.line}`]),
      ...(block === undefined ? [] : [`block (${block.join(', ')})`]),
      ...(thread === undefined ? [] : [`thread (${thread.join(', ')})`]),
    ].join(', ');
    const message = `'${functionName}' failed: ${cause}${place === '' ? '' : ` at ${place}`}: ${detail}.`;
    super('LaunchFailed', message, cause === 'runaway' ? { tip: 'Give it more time with timeLimitMs.' } : {});
    this.faultCause = cause;
    this.detail = detail;
    this.location = location;
    this.block = block;
    this.thread = thread;
  }
}
