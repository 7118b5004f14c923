import { HEADER } from '../../abi/arena-layout.ts';
import type { Problem } from '../../base/studio-error.ts';
import type { Arena, ArenaBlock } from '../../device/arena.ts';
import type { Actor } from '../actor.ts';
import type { ActorInstance } from '../actor-instance.ts';
import type { LoadedKernel } from '../programs.ts';
import { viewOf } from '../queued.ts';
import { planInstance, type InstanceMigration, type InstancePlan } from './migration-plan.ts';

/** The migration that goes with a reload: memory is taken before, everything else happens while nobody runs. */
export class MigrationStep {
  readonly #arena: Arena;
  readonly #blocks = new Map<ActorInstance, ArenaBlock>();
  readonly #plans = new Map<ActorInstance, InstancePlan>();

  /** For actors that keep their states and queues. @throws StudioError `OutOfMemory` */
  constructor(arena: Arena, codes: readonly (readonly [Actor, LoadedKernel])[]) {
    this.#arena = arena;
    try {
      for (const [{ kernel, instances }, { info }] of codes) {
        if (kernel.state?.typeId === info.state?.typeId) continue;
        for (const instance of instances)
          this.#blocks.set(instance, stateBlock(arena, instance, info.state?.sizeBytes));
      }
    } catch (error) {
      this.abandon();
      throw error;
    }
  }

  /** Nobody runs the actor. Gives what would be lost. */
  plan({ instances }: Actor, code: LoadedKernel): readonly Problem[] {
    const plans = instances.map((instance) => [instance, planInstance(this.#arena, instance, code)] as const);
    for (const [instance, plan] of plans) this.#plans.set(instance, plan);
    return plans.flatMap(([, { losses }]) => losses);
  }

  /** Everybody agrees; lacks nothing. */
  apply(): void {
    for (const [instance, { state, edits }] of this.#plans) {
      const block = this.#blocks.get(instance);
      if (block !== undefined) {
        if (state !== undefined) this.#arena.u8.set(state, block.address);
        instance.memory.moveState(block);
        this.#blocks.delete(instance);
      }
      for (const { message, type, bytes } of edits) {
        viewOf(message).setUint32(HEADER.typeId, type.typeId, true);
        viewOf(message).setUint32(HEADER.payloadBytes, type.sizeBytes, true);
        message.set(bytes, HEADER.sizeBytes);
      }
    }
    this.abandon();
  }

  /** Those that something was carried over for, or lost. */
  get reports(): readonly InstanceMigration[] {
    const reports = [...this.#plans.values()].map(({ report }) => report);
    return reports.filter(({ state, messages }) => state !== undefined || messages.length > 0);
  }

  /** Gives back what is not used. */
  abandon(): void {
    for (const block of this.#blocks.values()) this.#arena.free(block);
    this.#blocks.clear();
  }
}

function stateBlock(arena: Arena, { label }: ActorInstance, sizeBytes = 0): ArenaBlock {
  return arena.allocate(`${label}: state`, Math.max(sizeBytes, 1));
}
