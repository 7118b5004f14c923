const PHASES = ['alive', 'dead', 'parking', 'repaired'] as const;
/** Whether some thread has died, and what has been done about it. */
type Phase = (typeof PHASES)[number];

/** A state of all threads: who sleeps, how far each one is, and what the shared words hold. */
export class StateVector {
  readonly words: Int32Array;
  readonly threadCount: number;

  constructor(threadCount: number, words: Int32Array) {
    this.threadCount = threadCount;
    this.words = words;
  }

  static start(locals: readonly number[], cells: readonly number[]): StateVector {
    return new StateVector(locals.length, Int32Array.from([0, ...locals, ...cells]));
  }

  copy(): StateVector {
    return new StateVector(this.threadCount, this.words.slice());
  }

  get phase(): Phase {
    return PHASES[this.words[0]! >> 16]!;
  }

  set phase(phase: Phase) {
    this.words[0] = (this.words[0]! & 0xffff) | (PHASES.indexOf(phase) << 16);
  }

  isAsleep(thread: number): boolean {
    return ((this.words[0]! >> thread) & 1) !== 0;
  }

  setAsleep(thread: number, isAsleep: boolean): void {
    const others = this.words[0]! & ~(1 << thread);
    this.words[0] = isAsleep ? others | (1 << thread) : others;
  }

  local(thread: number): number {
    return this.words[1 + thread]!;
  }

  setLocal(thread: number, local: number): void {
    this.words[1 + thread] = local;
  }

  cell(cell: number): number {
    return this.words[1 + this.threadCount + cell]!;
  }

  setCell(cell: number, value: number): void {
    this.words[1 + this.threadCount + cell] = value;
  }
}
