import type { LocalState, LocalStates } from './local-states.ts';
import type { StateVector } from './state-vector.ts';
import { isVisible, type ThreadStep } from './thread-step.ts';

/** What one thread does next: plain accesses, then a visible step. */
export interface Move {
  readonly thread: number;
  readonly to: StateVector;
  /** Plain accesses that must not race. */
  readonly plain: readonly Access[];
  readonly visible: readonly Access[];
}

interface Access {
  readonly cell: number;
  readonly isWrite: boolean;
  readonly step: ThreadStep;
}

export type StepListener = (step: ThreadStep, before: readonly number[], after: readonly number[]) => void;

const NOTHING = 0;

/** Carries out steps. */
export class Mover {
  readonly #local: LocalStates;

  constructor(local: LocalStates) {
    this.#local = local;
  }

  /** Undefined when the thread waits. */
  move(from: StateVector, thread: number, listener?: StepListener): Move | undefined {
    const to = from.copy();
    const plain: Access[] = [];
    for (let isFirst = true; ; isFirst = false) {
      const local = this.#local.all[to.local(thread)]!;
      const { step } = local;
      if (step === undefined) return isFirst ? undefined : { thread, to, plain, visible: [] };
      const before = step.cells.map((cell) => to.cell(cell));
      this.#take(local, step, to);
      const after = step.cells.map((cell) => to.cell(cell));
      listener?.(step, before, after);
      if (isVisible(step)) return { thread, to, plain, visible: accesses(step, before, after) };
      if (!isAtomic(step)) plain.push(...accesses(step, before, after));
      if (this.#local.all[to.local(thread)]!.isRoot) return { thread, to, plain, visible: [] };
    }
  }

  /** A thread that sleeps goes on. */
  wake(state: StateVector, thread: number): void {
    const local = this.#local.all[state.local(thread)]!;
    state.setAsleep(thread, false);
    state.setLocal(thread, this.#local.after(local, NOTHING, () => NOTHING).to.id);
  }

  #take(local: LocalState, step: ThreadStep, state: StateVector): void {
    const { thread } = local;
    switch (step.kind) {
      case 'load':
        this.#see(local, step, state);
        return;
      case 'update': {
        const written = this.#see(local, step, state);
        for (const [index, cell] of step.cells.entries()) state.setCell(cell, written[index]!);
        return;
      }
      case 'wait':
        if (state.cell(step.cells[0]!) === step.expected) state.setAsleep(thread, true);
        else this.wake(state, thread);
        return;
      case 'store':
        for (const [index, cell] of step.cells.entries()) {
          const mask = step.masks[index]!;
          state.setCell(cell, (state.cell(cell) & ~mask) | (step.values[index]! & mask));
        }
        break;
      case 'notify':
        this.#notify(step.cells[0]!, state);
        break;
      case 'turn':
        break;
    }
    state.setLocal(thread, this.#local.after(local, NOTHING, () => NOTHING).to.id);
  }

  #see(local: LocalState, { cells }: ThreadStep, state: StateVector): readonly number[] {
    const values = cells.map((cell) => state.cell(cell));
    const { to, written } =
      values.length === 1
        ? this.#local.after(local, values[0]!, () => values[0]!)
        : this.#local.after(local, values.join(), () => values);
    state.setLocal(local.thread, to.id);
    return written;
  }

  #notify(cell: number, state: StateVector): void {
    const sleepers: number[] = [];
    for (let thread = 0; thread < state.threadCount; thread++) {
      if (!state.isAsleep(thread)) continue;
      if (this.#local.all[state.local(thread)]!.step!.cells[0] === cell) sleepers.push(thread);
    }
    if (sleepers.length > 1) throw new Error('more than one thread sleeps on a word: which one wakes is not explored');
    for (const thread of sleepers) this.wake(state, thread);
  }
}

function isAtomic(step: ThreadStep): boolean {
  return (step.kind !== 'load' && step.kind !== 'store') || step.isAtomic;
}

function accesses(step: ThreadStep, before: readonly number[], after: readonly number[]): Access[] {
  return step.cells.map((cell, index) => {
    const isWrite = step.kind === 'store' || (step.kind === 'update' && before[index] !== after[index]);
    return { cell, isWrite, step };
  });
}

export interface Race {
  readonly threads: readonly [number, number];
  readonly address: number;
}

/**
 * Two threads that stand before accesses to one word, at least one a write and one plain: nothing orders them. (Every
 * race shows so in some state, because what a thread does up to its next visible step depends on nobody else until then.)
 */
export function findRace(moves: readonly Move[]): Race | undefined {
  for (const first of moves) {
    if (first.plain.length === 0) continue;
    for (const second of moves) {
      if (first === second) continue;
      for (const { cell, isWrite, step } of first.plain) {
        const isConflict = (other: Access): boolean => other.cell === cell && (other.isWrite || isWrite);
        if (!second.plain.some(isConflict) && !second.visible.some(isConflict)) continue;
        return { threads: [first.thread, second.thread], address: step.address };
      }
    }
  }
  return undefined;
}
