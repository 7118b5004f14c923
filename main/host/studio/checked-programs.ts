import type { ProgramInfo } from '../../../app/model/program.ts';

/** What the compiler has found in a project's sources. */
export class CheckedPrograms {
  /** By source: the last that compiled. */
  readonly #programs = new Map<string, ProgramInfo>();
  /** Sources whose last check found errors. */
  readonly #broken = new Set<string>();

  get all(): Readonly<Record<string, ProgramInfo>> {
    return Object.fromEntries(this.#programs);
  }

  /** Those of sources whose last check found no errors. */
  get sound(): ReadonlyMap<string, ProgramInfo> {
    return new Map([...this.#programs].filter(([source]) => !this.#broken.has(source)));
  }

  /** `program` is undefined where there were errors. Gives what the source holds now, null for nothing; undefined: as before. */
  checked(source: string, program: ProgramInfo | undefined): ProgramInfo | null | undefined {
    if (program === undefined) {
      this.#broken.add(source);
      return undefined;
    }
    this.#broken.delete(source);
    const { kernels, structs, functions, symbols } = program;
    if ([kernels, structs, functions, symbols].every(({ length }) => length === 0)) {
      this.#programs.delete(source);
      return null;
    }
    this.#programs.set(source, program);
    return program;
  }

  /** Whether there was a program of it. */
  remove(source: string): boolean {
    this.#broken.delete(source);
    return this.#programs.delete(source);
  }
}
