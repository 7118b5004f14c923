import { ACTOR } from '../abi/arena-layout.ts';
import type { StudioError } from '../base/studio-error.ts';
import type { Device } from '../device/device.ts';
import type { ActorState } from './lifecycle.ts';

interface PendingCommand {
  readonly value: number;
  readonly state: ActorState;
  readonly resolve: () => void;
  readonly reject: (error: StudioError) => void;
}

/** The commands that one actor was given and has not obeyed. Numbered, so that two equal ones in a row are two. */
export class Commands {
  readonly #device: Device;
  /** Of the actor's block. */
  readonly #address: number;
  #number = 0;
  #pending: PendingCommand[] = [];

  constructor(device: Device, address: number) {
    this.#device = device;
    this.#address = address;
  }

  get count(): number {
    return this.#pending.length;
  }

  /** What the actor will be when all are obeyed; undefined when none is in flight. */
  get lastState(): ActorState | undefined {
    return this.#pending.at(-1)?.state;
  }

  /** Resolves when the actor has obeyed, or ended. */
  give(command: number, state: ActorState): Promise<void> {
    return new Promise((resolve, reject) => {
      const value = this.#numbered(command);
      this.#pending.push({ value, state, resolve, reject }); // first: the device is quick
      this.#post(value);
    });
  }

  /** Without waiting for it. */
  post(command: number): void {
    this.#post(this.#numbered(command));
  }

  /** Takes out those up to the one that the device has acknowledged. */
  takeObeyed(acknowledged: number): readonly PendingCommand[] {
    const index = this.#pending.findLastIndex(({ value }) => value === acknowledged);
    return index === -1 ? [] : this.#pending.splice(0, index + 1);
  }

  /** Nobody waits for them any more. */
  resolveAll(): void {
    for (const { resolve } of this.#pending.splice(0)) resolve();
  }

  rejectAll(error: StudioError): void {
    for (const { reject } of this.#pending.splice(0)) reject(error);
  }

  /** What the device will acknowledge the command by. */
  #numbered(command: number): number {
    this.#number = (this.#number + 1) & 0xffffff;
    return ((this.#number << 8) | command) >>> 0;
  }

  #post(value: number): void {
    Atomics.store(this.#device.arena.u32, (this.#address + ACTOR.command) >>> 2, value);
    this.#device.wake(this.#address);
    // Not at once: whoever gives two commands in a row finds the same state both times, however quick the device is.
    void Promise.resolve().then(() => {
      this.#device.expectSignals();
    });
  }
}
