import type { Device, DeviceFault } from '../device/device.ts';
import type { Actor } from './actor.ts';
import type { ActorInstance } from './actor-instance.ts';
import type { RuntimePlatform } from './ports.ts';

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
}
