import { findRace, type Move, type Race } from './mover.ts';
import type { Sharing } from './sharing.ts';
import { StateStore } from './state-store.ts';
import type { StateVector } from './state-vector.ts';
import type { Action, Transitions } from './transitions.ts';

/** What must hold. Strings say what is wrong. */
export interface Properties {
  /** Looks at every state. */
  readonly always: (state: StateVector) => string | undefined;
  /** Looks at the states in which nobody moves any more. */
  readonly atRest: (state: StateVector) => string | undefined;
  readonly describeRace: (race: Race) => string;
}

/** The first wrong state, by the number of transitions before it. */
export interface Violation {
  readonly message: string;
  readonly path: readonly Action[];
}

export interface Exploration {
  readonly states: number;
  readonly transitions: number;
  readonly restStates: number;
  readonly violation?: Violation;
}

/** More states than this are a mistake of the test. */
const MAX_STATES = 30_000_000;

/** Visits every state that the threads can reach, breadth first. */
export class Explorer {
  readonly #possible: Transitions;
  readonly #properties: Properties;
  readonly #states: StateStore;
  readonly #state: StateVector;
  readonly #parents: number[] = [-1];
  readonly #actions: Action[] = [];
  #transitions = 0;
  #restStates = 0;
  #wrong: { readonly index: number; readonly message: string } | undefined;

  constructor(start: StateVector, possible: Transitions, properties: Properties) {
    this.#possible = possible;
    this.#properties = properties;
    this.#state = start.copy();
    this.#states = new StateStore(start.words.length);
    this.#states.add(start.words);
  }

  /** Ends early, but not at once, when more turns out to be shared: there is more to learn nearby. */
  run(sharing: Sharing): Exploration {
    let last = Infinity;
    for (let index = 0; index < this.#states.count && this.#wrong === undefined; index++) {
      if (sharing.isOutdated) last = Math.min(last, 2 * index + 200);
      if (index >= last) break;
      if (this.#states.count > MAX_STATES) throw new Error(`more than ${MAX_STATES} states`);
      this.#states.read(index, this.#state.words);
      this.#expand(index);
    }
    const wrong = this.#wrong;
    return {
      ...{ states: this.#states.count, transitions: this.#transitions, restStates: this.#restStates },
      ...(wrong && { violation: { message: wrong.message, path: this.#pathTo(wrong.index) } }),
    };
  }

  #expand(index: number): void {
    const state = this.#state;
    const before = this.#transitions;
    const moves: Move[] = [];
    for (let thread = 0; thread < state.threadCount; thread++) {
      const move = this.#possible.move(state, thread);
      if (move === undefined) continue;
      moves.push(move);
      if (isSame(move.to.words, state.words)) continue; // looks in vain for something to do
      this.#reach(move.to, index, { kind: 'move', thread });
    }
    const race = findRace(moves);
    if (race !== undefined) this.#fail(index, this.#properties.describeRace(race));
    for (const action of this.#possible.misfortunes(state))
      this.#reach(this.#possible.follow(state, action), index, action);
    if (this.#transitions !== before) return;
    this.#restStates++;
    const message = this.#properties.atRest(state);
    if (message !== undefined) this.#fail(index, message);
  }

  #reach(state: StateVector, from: number, action: Action): void {
    this.#transitions++;
    if (!this.#states.add(state.words)) return;
    this.#parents.push(from);
    this.#actions.push(action);
    const message = this.#properties.always(state);
    if (message !== undefined) this.#fail(this.#states.count - 1, message);
  }

  #fail(index: number, message: string): void {
    this.#wrong ??= { index, message };
  }

  #pathTo(index: number): Action[] {
    const path: Action[] = [];
    for (let at = index; at > 0; at = this.#parents[at]!) path.push(this.#actions[at - 1]!);
    return path.reverse();
  }
}

function isSame(one: Int32Array, other: Int32Array): boolean {
  return one.every((word, index) => word === other[index]);
}
