import { Explorer, type Exploration, type Properties, type Violation } from './explorer.ts';
import { LocalStates, type Thread } from './local-states.ts';
import type { Stage } from './stage.ts';
import { StateVector } from './state-vector.ts';
import { describeStep } from './step-text.ts';
import { Transitions, type Action } from './transitions.ts';
import { watchAtomics } from './watched-arena.ts';

/** A set of threads over a stage, and what must hold. Strings say what is wrong. */
export interface Scenario {
  readonly stage: Stage;
  readonly threads: readonly Thread[];
  /** Of every state, by its shared words: gives a word by its address. */
  readonly always?: (word: (address: number) => number) => string | undefined;
  /** Of states in which nobody moves any more; memory is as it is there. */
  readonly atRest: () => string | undefined;
  /** Memory is as it is there; gives the label with which the dead thread's successor begins. */
  readonly repair?: (dead: number) => number;
}

export interface CheckResult extends Omit<Exploration, 'violation'> {
  readonly localStates: number;
  readonly sharedWords: number;
  readonly seconds: number;
  /** Empty when nothing is wrong: else what is, and the shortest way there. */
  readonly trace: string;
}

/** Explores all interleavings of the threads. */
export function modelCheck(scenario: Scenario): CheckResult {
  const { sharing, watched } = scenario.stage;
  const startedMs = performance.now();
  return watchAtomics(watched, () => {
    for (;;) {
      const check = new Check(scenario);
      const { violation, ...numbers } = check.explore();
      if (sharing.isOutdated) {
        sharing.renew(); // more is shared than was thought
        continue;
      }
      const seconds = (performance.now() - startedMs) / 1000;
      const trace = violation === undefined ? '' : check.tell(violation);
      return { ...numbers, localStates: check.localStates, sharedWords: sharing.words.length, seconds, trace };
    }
  });
}

class Check {
  readonly #scenario: Scenario;
  readonly #local: LocalStates;
  readonly #start: StateVector;
  readonly #transitions: Transitions;

  constructor(scenario: Scenario) {
    const { stage, threads } = scenario;
    this.#scenario = scenario;
    this.#local = new LocalStates(threads, stage.watched);
    const locals = threads.map((_, thread) => this.#local.root(thread, 0, new Map()).id);
    const cells = stage.sharing.words.map((word) => stage.arena.u32[word]!);
    this.#start = StateVector.start(locals, cells);
    this.#transitions = new Transitions(this.#local, (state, dead) => this.#repair(state, dead));
  }

  get localStates(): number {
    return this.#local.all.length;
  }

  explore(): Exploration {
    const { stage, always, atRest } = this.#scenario;
    const { sharing, arena } = stage;
    const properties: Properties = {
      always: (state) =>
        always?.((address) => {
          const cell = sharing.cellOf(address >>> 2);
          return (cell === -1 ? arena.u32[address >>> 2]! : state.cell(cell)) >>> 0;
        }),
      atRest: (state) => this.#inMemoryOf(state, atRest),
      describeRace: ({ threads, address }) => {
        const [one, other] = threads.map((thread) => this.#scenario.threads[thread]!.name);
        return `data race: ${one} and ${other} are both about to touch ${stage.names.nameOf(address)}`;
      },
    };
    return new Explorer(this.#start, this.#transitions, properties).run(sharing);
  }

  /** The way to a violation, step by step. */
  tell({ message, path }: Violation): string {
    const { threads, stage } = this.#scenario;
    const lines: string[] = [];
    let state = this.#start;
    for (const action of path) {
      const { name } = threads[action.thread]!;
      if (action.kind === 'move') {
        this.#transitions.move(state, action.thread, (step, before, after) =>
          lines.push(`${name} ${describeStep(step, { before, after, names: stage.names })}`),
        );
      } else {
        lines.push(`-- ${action.kind}: ${name}${this.#lastWrite(state, action)}`);
      }
      state = this.#transitions.follow(state, action);
    }
    return [message, ...lines].join('\n');
  }

  /** What a thread has written to its own memory just before it dies. */
  #lastWrite(state: StateVector, action: Action): string {
    if (action.kind !== 'death' || action.privateWriteCount === 0) return '';
    const local = this.#local.all[state.local(action.thread)]!;
    const [before, after] = [action.privateWriteCount - 1, action.privateWriteCount].map((count) =>
      this.#local.privateWords(this.#local.dead(local, count)),
    );
    const changed = [...new Set([...before!.keys(), ...after!.keys()])].filter(
      (word) => before!.get(word) !== after!.get(word),
    );
    return `, having written ${changed.map((word) => this.#scenario.stage.names.nameOf(word * 4)).join(', ')}`;
  }

  #inMemoryOf<T>(state: StateVector, look: () => T): T {
    const { watched, sharing } = this.#scenario.stage;
    const locals = Array.from({ length: state.threadCount }, (_, thread) => this.#local.all[state.local(thread)]!);
    const own = locals.map((local) => this.#local.privateWords(local)); // first: this replays threads in the same memory
    for (const [cell, word] of sharing.words.entries()) watched.put(word, state.cell(cell));
    for (const [word, value] of own.flatMap((words) => [...words])) watched.put(word, value);
    const result = look();
    watched.undo();
    return result;
  }

  /** What the repair writes goes to the shared words, or to the thread that the word belongs to. */
  #repair(state: StateVector, dead: number): void {
    const { stage, repair } = this.#scenario;
    const { watched, sharing } = stage;
    const locals = Array.from({ length: state.threadCount }, (_, thread) => this.#local.all[state.local(thread)]!);
    const own = locals.map((local) => new Map(this.#local.privateWords(local)));
    let label = 0;
    this.#inMemoryOf(state, () => {
      const written = watched.note(() => (label = repair!(dead)));
      for (const word of written) {
        const cell = sharing.cellOf(word);
        const value = watched.u32[word]!;
        if (cell !== -1) {
          state.setCell(cell, value);
          continue;
        }
        const owner = sharing.ownerOf(word);
        const heir = owner === -1 ? dead : owner;
        sharing.touch(word, heir, true);
        own[heir]!.set(word, value);
      }
    });
    for (const [thread, words] of own.entries()) {
      const sorted = new Map([...words].sort(([a], [b]) => a - b));
      const next = thread === dead ? label : locals[thread]!.label;
      state.setLocal(thread, this.#local.root(thread, next, sorted).id);
    }
  }
}
