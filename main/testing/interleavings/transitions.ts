import { assertNever } from '../../../app/base/assert-never.ts';
import { DEAD, type LocalState, type LocalStates } from './local-states.ts';
import { Mover, type Move, type StepListener } from './mover.ts';
import type { StateVector } from './state-vector.ts';

/** A thread's move, or something that happens to it. */
export type Action =
  | { readonly kind: 'move' | 'park' | 'repair'; readonly thread: number }
  | { readonly kind: 'death'; readonly thread: number; readonly privateWriteCount: number };

/** Mends what the dead thread has left, all others being between two turns; changes the state. */
export type Repair = (state: StateVector, dead: number) => void;

/** What can happen in a state, and where it leads. */
export class Transitions {
  readonly #local: LocalStates;
  readonly #mover: Mover;
  readonly #repair: Repair;

  constructor(local: LocalStates, repair: Repair) {
    this.#local = local;
    this.#mover = new Mover(local);
    this.#repair = repair;
  }

  /** Undefined when the thread does nothing now. */
  move(state: StateVector, thread: number, listener?: StepListener): Move | undefined {
    const { step, isRoot } = this.#localOf(state, thread);
    const isResting = step === undefined || state.isAsleep(thread) || (state.phase === 'parking' && isRoot);
    return isResting ? undefined : this.#mover.move(state, thread, listener);
  }

  /** A death, and what follows from one. */
  misfortunes(state: StateVector): readonly Action[] {
    const threads = this.#local.threads.map((_, thread) => thread);
    switch (state.phase) {
      case 'alive':
        return threads.flatMap((thread) => this.#deaths(state, thread));
      case 'dead':
        return [{ kind: 'park', thread: this.#deadOf(state) }];
      case 'parking':
        if (!threads.every((thread) => this.#localOf(state, thread).isRoot)) return [];
        return [{ kind: 'repair', thread: this.#deadOf(state) }];
      case 'repaired':
        return [];
      default:
        return assertNever(state.phase);
    }
  }

  follow(state: StateVector, action: Action): StateVector {
    const { kind, thread } = action;
    if (kind === 'move') return this.#mover.move(state, thread)!.to;
    const to = state.copy();
    if (kind === 'death') {
      to.setLocal(thread, this.#local.dead(this.#localOf(state, thread), action.privateWriteCount).id);
      to.setAsleep(thread, false);
      to.phase = 'dead';
    } else if (kind === 'park') {
      for (let each = 0; each < to.threadCount; each++) if (to.isAsleep(each)) this.#mover.wake(to, each);
      to.phase = 'parking';
    } else {
      this.#repair(to, thread);
      to.phase = 'repaired';
    }
    return to;
  }

  #deaths(state: StateVector, thread: number): Action[] {
    const { step, privateWriteCount } = this.#localOf(state, thread);
    if (this.#local.threads[thread]!.isMortal !== true || step === undefined) return [];
    const counts = Array.from({ length: privateWriteCount + 1 }, (_, count) => count);
    return counts.map((count) => ({ kind: 'death', thread, privateWriteCount: count }));
  }

  #deadOf(state: StateVector): number {
    return this.#local.threads.findIndex((_, thread) => this.#localOf(state, thread).label === DEAD);
  }

  #localOf(state: StateVector, thread: number): LocalState {
    return this.#local.all[state.local(thread)]!;
  }
}
