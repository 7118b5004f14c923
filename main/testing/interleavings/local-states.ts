import type { Observed, ThreadStep } from './thread-step.ts';
import type { PrivateWords, WatchedMemory } from './watched-memory.ts';

/** Labels of threads that do nothing any more. */
export const DONE = -1;
export const DEAD = -2;

export interface Thread {
  readonly name: string;
  /** One turn of its loop, from the label that the turn before gave; undefined when it is done. */
  readonly turn: (label: number) => number | undefined;
  /** It may die, after any of its steps and any of its private writes. */
  readonly isMortal?: boolean;
}

/** A point of a thread where nothing counts but the label and its private words. */
interface Root {
  readonly label: number;
  readonly privateWords: PrivateWords;
}

/** How far one thread is: before a step, given all that it has seen since a turn of its loop began. */
export interface LocalState {
  readonly id: number;
  readonly thread: number;
  /** Undefined when it is done, or dead. */
  readonly step: ThreadStep | undefined;
  /** Between two turns: between two batches of a worker. */
  readonly isRoot: boolean;
  readonly label: number;
  readonly privateWriteCount: number;
  readonly next: Map<number | string, Transition>;
  readonly root: Root;
  readonly log: readonly Observed[];
}

export interface Transition {
  readonly to: LocalState;
  /** Of an update: what it writes. */
  readonly written: readonly number[];
}

/**
 * The local states of all threads. A thread is a pure function of what it sees, so each state is worked out once, by a
 * run from the beginning of the thread's turn, and then looked up.
 */
export class LocalStates {
  readonly all: LocalState[] = [];
  readonly threads: readonly Thread[];
  readonly #memory: WatchedMemory;
  readonly #roots = new Map<string, LocalState>();
  readonly #privateWords = new Map<LocalState, PrivateWords>();

  constructor(threads: readonly Thread[], memory: WatchedMemory) {
    this.threads = threads;
    this.#memory = memory;
  }

  root(thread: number, label: number, privateWords: PrivateWords): LocalState {
    const words = [...privateWords].map(([word, value]) => `${word}=${value}`).join();
    const key = `${thread}:${label}:${words}`;
    const known = this.#roots.get(key);
    if (known !== undefined) return known;
    const root = { label, privateWords };
    const result = label < 0 ? undefined : this.#replay({ thread, root, log: [] });
    if (result !== undefined && result.step === undefined)
      throw new Error(`${this.threads[thread]!.name}: a turn without a step`);
    const state = this.#add({
      ...{ thread, root, label, log: [], isRoot: true },
      ...{ step: result?.step, privateWriteCount: result?.privateWriteCount ?? 0 },
    });
    this.#roots.set(key, state);
    return state;
  }

  /** What follows when the thread sees this at its step. */
  after(from: LocalState, key: number | string, observe: () => Observed): Transition {
    const known = from.next.get(key);
    if (known !== undefined) return known;
    const transition = this.#extend(from, observe());
    from.next.set(key, transition);
    return transition;
  }

  /** The thread's own memory where it is: of one between two turns, where the turn before has left it. */
  privateWords(state: LocalState): PrivateWords {
    if (state.isRoot) return state.root.privateWords;
    const known = this.#privateWords.get(state);
    if (known !== undefined) return known;
    const { privateWords } = this.#replay(state);
    this.#privateWords.set(state, privateWords);
    return privateWords;
  }

  /** The thread dead where it is, so many private writes behind its last step. */
  dead(state: LocalState, privateWriteCount: number): LocalState {
    const key = `dead after ${privateWriteCount}`;
    const known = state.next.get(key);
    if (known !== undefined) return known.to;
    const { privateWords } = this.#replay(state, privateWriteCount);
    const to = this.root(state.thread, DEAD, privateWords);
    state.next.set(key, { to, written: [] });
    return to;
  }

  #extend(from: LocalState, observed: Observed): Transition {
    const { thread, root, label } = from;
    const log = [...from.log, observed];
    const result = this.#replay({ thread, root, log });
    const { step, written, privateWriteCount } = result;
    if (step !== undefined) {
      return { written, to: this.#add({ thread, root, label, log, step, privateWriteCount, isRoot: false }) };
    }
    return { written, to: this.root(thread, result.label ?? DONE, result.privateWords) };
  }

  #replay({ thread, root, log }: Pick<LocalState, 'thread' | 'root' | 'log'>, maxPrivateWrites?: number) {
    const { turn, isMortal = false } = this.threads[thread]!;
    return this.#memory.replay({
      thread,
      log,
      privateWords: root.privateWords,
      ...(maxPrivateWrites !== undefined && { maxPrivateWrites }),
      body: () => {
        const next = turn(root.label);
        if (isMortal) this.#memory.endTurn();
        return next;
      },
    });
  }

  #add(state: Omit<LocalState, 'id' | 'next'>): LocalState {
    const added = { ...state, id: this.all.length, next: new Map<number | string, Transition>() };
    this.all.push(added);
    return added;
  }
}
