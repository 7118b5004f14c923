import { StudioError } from '../base/studio-error.ts';
import type { ActorPlacement, Device, DeviceFault } from '../device/device.ts';
import type { Actor } from './actor.ts';
import type { ActorInstance } from './actor-instance.ts';
import type { BuffersOptions } from './buffers/buffers.ts';
import type { DeadLetterOptions } from './dead-letters/dead-letters.ts';
import type { DeliveryObserver } from './delivery-observer.ts';
import type { OnListenerError } from './event.ts';
import type { RuntimePlatform } from './ports.ts';
import type { LoadedKernel } from './programs.ts';

export interface ActorFailure {
  readonly actor: Actor;
  readonly instance: ActorInstance;
  readonly fault: DeviceFault;
}

export interface RuntimePorts {
  readonly device: Device;
  readonly platform: RuntimePlatform;
  /** Seed of `ctx.random()`. Default 0. */
  readonly seed?: number;
  /** Messages to the host that may wait to be received, per actor. Default 1,024. */
  readonly receiveCapacity?: number;
  /** Topics that can be published to in the runtime's life. Default 4,096. */
  readonly topicLimit?: number;
  readonly deadLetters?: DeadLetterOptions;
  readonly buffers?: BuffersOptions;
  /** Accounts for every message: `runtime.ledger`. Takes 32 KiB an actor. Default false. */
  readonly ledger?: boolean;
  /** They slow sending and receiving down. */
  readonly observers?: readonly DeliveryObserver[];
  /** Gets what listeners of events have thrown. Default: the platform reports it as an unhandled rejection. */
  readonly onListenerError?: OnListenerError | undefined;
}

export function unconnected({ info }: LoadedKernel): readonly [][] {
  return info.outputs.map(() => []);
}

export function idsOf({ instances }: Actor): readonly number[] {
  return instances.map(({ id }) => id);
}

export function placementOf({ id, memory, program, kernel }: ActorInstance): ActorPlacement {
  return { actorId: id, address: memory.address, program, kernel: kernel.name, gpu: memory.plan.gpu, ...memory.size };
}

export function requestTimeout(instance: ActorInstance | undefined, actorId: number): StudioError {
  const label = instance?.label ?? actorId.toString();
  const depth = instance?.depth ?? 0;
  return new StudioError('RequestTimeout', `no reply from '${label}' in time.`, {
    tip: `It is ${instance?.state ?? 'gone'}; ${depth === 1 ? '1 message waits' : `${depth.toString()} messages wait`} for it.`,
  });
}

/** @throws StudioError `ActorRunning` */
export function checkRemovable({ instances }: Actor): void {
  for (const { state, label, awaitsRestart } of instances) {
    if (state === 'terminated' || (state === 'failed' && !awaitsRestart)) continue;
    const what = awaitsRestart ? 'waits for its restart' : `is '${state}'`;
    throw new StudioError('ActorRunning', `actor '${label}' ${what}.`, { tip: 'Terminate it first.' });
  }
}
