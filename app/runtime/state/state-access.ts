import { ACTOR, ACTOR_STATE } from '../../abi/arena-layout.ts';
import { StudioError } from '../../base/studio-error.ts';
import { roundUp, type Arena } from '../../device/arena.ts';
import type { StructType } from '../../model/message-type.ts';
import type { Actor } from '../actor.ts';
import type { ActorInstance } from '../actor-instance.ts';
import { refusalOf } from '../refusal.ts';
import type { TypeRegistry } from '../type-registry.ts';
import type { Parked } from './parked.ts';
import { planStateWrite, type StateWrite } from './state-write.ts';
import { StateSnapshot } from './state-snapshot.ts';

export interface ReadStateOptions {
  /** Which instance; may be left out where there is one. */
  readonly instance?: number;
  /** How long to wait for a handler that is running. Default 5,000. */
  readonly timeoutMs?: number;
}

export interface WriteStateOptions extends ReadStateOptions {
  /**
   * `patch` (the default) changes the fields that are given, inside nested structs too; `replace` sets all: what is left out
   * gets its initializer.
   */
  readonly mode?: 'patch' | 'replace';
}

interface StateAccessInit {
  readonly arena: Arena;
  readonly parked: Parked;
  readonly types: TypeRegistry;
  /** The actor has been removed, or is about to be: its memory may be another one's. */
  readonly isGone: (actor: Actor) => boolean;
}

/** Reads and writes states of actors, running ones between two batches. */
export class StateAccess {
  readonly #init: StateAccessInit;

  constructor(init: StateAccessInit) {
    this.#init = init;
  }

  async read<T extends object>(actor: Actor, { instance, timeoutMs }: ReadStateOptions): Promise<StateSnapshot<T>> {
    const index = instanceIndex(actor, instance);
    this.#check(actor, index);
    return this.#init.parked.run({
      instances: () => [this.#check(actor, index).instance],
      look: () => {
        const { instance: found, state } = this.#check(actor, index);
        return this.#snapshot<T>(found, state);
      },
      what: `the state of '${actor.instances[index]!.label}' cannot be read`,
      timeoutMs,
    });
  }

  async write<T extends object>(
    actor: Actor,
    json: unknown,
    { instance, timeoutMs, mode = 'patch' }: WriteStateOptions,
  ): Promise<StateSnapshot<T>> {
    const index = instanceIndex(actor, instance);
    const { state: planned } = this.#check(actor, index);
    const write = planStateWrite(planned, json, mode);
    return this.#init.parked.run({
      instances: () => [this.#check(actor, index).instance],
      look: () => this.#write<T>(actor, index, write),
      what: `the state of '${actor.instances[index]!.label}' cannot be written`,
      timeoutMs,
    });
  }

  #write<T extends object>(actor: Actor, index: number, write: StateWrite): StateSnapshot<T> | undefined {
    const { instance, state } = this.#check(actor, index);
    if (state.typeId !== write.type.typeId) throw reloadedMeanwhile(instance, write.type);
    const refusal = refusalOf(instance);
    if (refusal !== undefined) throw refusal; // nobody would ever see what is written
    if (instance.hasUntoldEnd) return undefined;
    for (const { offset, sizeBytes } of write.parts)
      this.#init.arena.u8.set(write.bytes.subarray(offset, offset + sizeBytes), instance.memory.state + offset);
    return this.#snapshot(instance, state);
  }

  /** @throws StudioError `ActorRemoved`, `NoState` */
  #check(actor: Actor, index: number): { readonly instance: ActorInstance; readonly state: StructType } {
    if (this.#init.isGone(actor))
      throw new StudioError('ActorRemoved', `actor '${actor.name}' has been removed.`, { tip: 'Launch it again.' });
    const { state, name } = actor.kernel;
    if (state === undefined) {
      throw new StudioError('NoState', `kernel '${name}' of actor '${actor.name}' has no state.`, {
        tip: `Declare one: RING_KERNEL(${name}, SomeStruct).`,
      });
    }
    return { instance: actor.instances[index]!, state };
  }

  #snapshot<T extends object>(instance: ActorInstance, state: StructType): StateSnapshot<T> {
    const { arena, types } = this.#init;
    const at = instance.memory.state;
    const bytes = new Uint8Array(roundUp(state.sizeBytes, 8)); // for views of 64-bit numbers
    bytes.set(arena.u8.subarray(at, at + state.sizeBytes));
    const hasFailed = instance.state === 'failed' || instance.word(ACTOR.state) === ACTOR_STATE.failed;
    return new StateSnapshot<T>({
      label: instance.label,
      actorState: instance.state,
      moment: hasFailed ? 'left-by-trap' : 'between-batches',
      codec: types.codec(state),
      bytes: bytes.subarray(0, state.sizeBytes),
    });
  }
}

/** @throws StudioError `UnknownInstance` */
function instanceIndex({ name, instances }: Actor, instance: number | undefined): number {
  const count = instances.length.toString();
  if (instance === undefined && instances.length > 1) {
    const tip = 'Each has a state of its own: name one by its number, from 0.';
    throw new StudioError('UnknownInstance', `actor '${name}' has ${count} instances.`, { tip });
  }
  const index = instance ?? 0;
  if (instances[index] !== undefined) return index;
  throw new StudioError('UnknownInstance', `actor '${name}' has no instance ${index.toString()}.`, {
    tip: `It has ${count}, counted from 0.`,
  });
}

function reloadedMeanwhile({ label }: ActorInstance, { name }: StructType): StudioError {
  const message = `'${label}' has been reloaded meanwhile: its ${name} is another one now.`;
  return new StudioError('StateChanged', message, { tip: 'Write it again, by the new layout.' });
}
