import type { ExpressionWalk, RawBinaryen } from './expression-walk.ts';

/** Locals by how often something reads them. */
type Reads = ReadonlyMap<number, number>;

/**
 * Clang computes what a thread needs after a barrier after it, as `sum += a * b` in front of one in a loop: then `a` and
 * `b` have to be kept while the thread waits, and `sum` would do. Moves such computations in front of the wait.
 */
export class EarlySets {
  readonly #raw: RawBinaryen;
  readonly #walk: ExpressionWalk;
  readonly #ids: { readonly block: number; readonly call: number; readonly get: number; readonly set: number };
  readonly #drop: number;
  /** Of what leaves an expression in its middle. */
  readonly #leaves: ReadonlySet<number>;
  readonly #module: number;

  /** `module`: its address. */
  constructor(raw: RawBinaryen, walk: ExpressionWalk, module: number) {
    this.#module = module;
    this.#raw = raw;
    this.#walk = walk;
    const id = (name: string): number => raw[`_Binaryen${name}Id`]!();
    this.#ids = { block: id('Block'), call: id('Call'), get: id('LocalGet'), set: id('LocalSet') };
    this.#drop = id('Drop');
    this.#leaves = new Set(['Break', 'Switch', 'Return'].map(id));
  }

  /** `isWait` tells by the address of a callee's name whether a thread can be in it while it waits. */
  apply(body: number, isWait: (callee: number) => boolean): void {
    const reads = this.#reads(body);
    const blocks: number[] = [];
    this.#walk.visitAll(body, (expression, id) => {
      if (id === this.#ids.block) blocks.push(expression);
    });
    for (const block of blocks) this.#applyTo(block, reads, isWait);
  }

  #applyTo(block: number, reads: Reads, isWait: (callee: number) => boolean): void {
    const count = this.#raw['_BinaryenBlockGetNumChildren']!(block);
    const children = Array.from({ length: count }, (_, index) => this.#raw['_BinaryenBlockGetChildAt']!(block, index));
    let wait: number | undefined;
    let isChanged = false;
    for (const [index, child] of children.entries()) {
      if (this.#waits(child, isWait)) {
        wait = index;
      } else if (wait !== undefined) {
        if (!this.#pays(child, reads) || !this.#isIndependent(child, children[wait]!)) {
          wait = undefined;
          continue;
        }
        children.splice(index, 1);
        children.splice(wait, 0, child);
        isChanged = true;
        wait += 1;
      }
    }
    if (!isChanged) return;
    for (const [index, child] of children.entries()) this.#raw['_BinaryenBlockSetChildAt']!(block, index, child);
  }

  /** Whether a statement is a call that waits, whatever becomes of its result. */
  #waits(statement: number, isWait: (callee: number) => boolean): boolean {
    const id = this.#id(statement);
    if (id === this.#drop) return this.#waits(this.#raw['_BinaryenDropGetValue']!(statement), isWait);
    if (id === this.#ids.set) return this.#waits(this.#raw['_BinaryenLocalSetGetValue']!(statement), isWait);
    return id === this.#ids.call && isWait(this.#raw['_BinaryenCallGetTarget']!(statement));
  }

  /** Whether it can be done early, and leaves fewer locals to be kept, or as many. */
  #pays(statement: number, reads: Reads): boolean {
    if (this.#id(statement) !== this.#ids.set || this.#raw['_BinaryenLocalSetIsTee']!(statement) !== 0) return false;
    const value = this.#raw['_BinaryenLocalSetGetValue']!(statement);
    const effects = this.#raw['_BinaryenExpressionGetSideEffects']!(value, this.#module);
    if ((effects & ~this.#raw['_BinaryenSideEffectReadsLocal']!()) !== 0) return false;
    const own = this.#reads(value);
    if (own.has(this.#raw['_BinaryenLocalSetGetIndex']!(statement))) return true;
    return [...own].filter(([local, times]) => reads.get(local) === times).length > 1;
  }

  #isIndependent(set: number, wait: number): boolean {
    const written = this.#raw['_BinaryenLocalSetGetIndex']!(set);
    const used = this.#reads(set);
    let isIndependent = true;
    this.#walk.visitAll(wait, (expression, id) => {
      if (this.#leaves.has(id)) isIndependent = false; // else it would be done on the way out as well
      if (id === this.#ids.get) isIndependent &&= this.#raw['_BinaryenLocalGetGetIndex']!(expression) !== written;
      if (id !== this.#ids.set) return;
      const local = this.#raw['_BinaryenLocalSetGetIndex']!(expression);
      isIndependent &&= local !== written && !used.has(local);
    });
    return isIndependent;
  }

  #reads(expression: number): Reads {
    const reads = new Map<number, number>();
    this.#walk.visitAll(expression, (part, id) => {
      if (id !== this.#ids.get) return;
      const local = this.#raw['_BinaryenLocalGetGetIndex']!(part);
      reads.set(local, (reads.get(local) ?? 0) + 1);
    });
    return reads;
  }

  #id(expression: number): number {
    return this.#raw['_BinaryenExpressionGetId']!(expression);
  }
}
