import type { SiteKind } from './code-sites.ts';

/** Binaryen's C functions, which its types do not list: its JavaScript objects are 50 × slower to walk. */
export interface RawBinaryen {
  readonly [name: string]: (...args: readonly number[]) => number;
}

export interface WalkedExpression {
  readonly expression: number;
  readonly kind: SiteKind;
  /** Of a direct call: address of the callee's name. */
  readonly callee?: number;
}

interface Shape {
  /** In the order in which they are evaluated; 0 for one that is absent. */
  readonly children: (expression: number) => readonly number[];
  readonly kind?: SiteKind;
}

/** Visits the places of a function body that `readCodeSites` finds in its bytes, in the same order. */
export class ExpressionWalk {
  readonly #raw: RawBinaryen;
  readonly #shapes = new Map<number, Shape>();
  readonly #divisions: ReadonlySet<number>;
  readonly #ids: { readonly call: number; readonly loop: number; readonly binary: number };

  constructor(raw: RawBinaryen) {
    this.#raw = raw;
    const id = (name: string): number => raw[`_Binaryen${name}Id`]!();
    this.#ids = { call: id('Call'), loop: id('Loop'), binary: id('Binary') };
    const divisions = ['Int32', 'Int64'].flatMap((type) => ['DivS', 'DivU', 'RemS', 'RemU'].map((op) => op + type));
    this.#divisions = new Set(divisions.map((name) => raw[`_Binaryen${name}`]!()));
    for (const [name, children] of Object.entries(FIXED_CHILDREN)) {
      const getters = children.map((child) => raw[`_Binaryen${name}Get${child}`]!);
      const kind = ACCESSES.has(name) ? ('access' as const) : undefined;
      const shape = { children: (expression: number) => getters.map((get) => get(expression)) };
      this.#shapes.set(id(name), kind === undefined ? shape : { ...shape, kind });
    }
    const operands = (name: string, count: string, at: string) => {
      const [countOf, childAt] = [raw[`_Binaryen${name}GetNum${count}`]!, raw[`_Binaryen${name}Get${at}At`]!];
      return (expression: number) =>
        Array.from({ length: countOf(expression) }, (_, index) => childAt(expression, index));
    };
    this.#shapes.set(id('Block'), { children: operands('Block', 'Children', 'Child') });
    this.#shapes.set(id('Call'), { children: operands('Call', 'Operands', 'Operand'), kind: 'call' });
    const indirect = operands('CallIndirect', 'Operands', 'Operand');
    const target = raw['_BinaryenCallIndirectGetTarget']!;
    this.#shapes.set(id('CallIndirect'), { children: (call) => [...indirect(call), target(call)], kind: 'call' });
    for (const name of LEAVES) this.#shapes.set(id(name), { children: () => [] });
  }

  /** @throws Error on an expression that Clang does not emit for our targets */
  visit(expression: number, onSite: (site: WalkedExpression) => void): void {
    if (expression === 0) return;
    const id = this.#raw['_BinaryenExpressionGetId']!(expression);
    const shape = this.#shapeOf(id);
    if (id === this.#ids.loop) onSite({ expression, kind: 'loop' });
    for (const child of shape.children(expression)) this.visit(child, onSite);
    const kind = id === this.#ids.binary ? this.#divisionKind(expression) : shape.kind;
    if (kind === undefined) return;
    if (id !== this.#ids.call) return onSite({ expression, kind });
    onSite({ expression, kind, callee: this.#raw['_BinaryenCallGetTarget']!(expression) });
  }

  /** Calls `onExpression` for everything in the expression, itself included: what is evaluated first, first. */
  visitAll(expression: number, onExpression: (expression: number, id: number) => void): void {
    if (expression === 0) return;
    const id = this.#raw['_BinaryenExpressionGetId']!(expression);
    for (const child of this.#shapeOf(id).children(expression)) this.visitAll(child, onExpression);
    onExpression(expression, id);
  }

  #shapeOf(id: number): Shape {
    const shape = this.#shapes.get(id);
    if (shape === undefined) throw new Error(`Binaryen's expression ${id} is not known`);
    return shape;
  }

  #divisionKind(expression: number): SiteKind | undefined {
    return this.#divisions.has(this.#raw['_BinaryenBinaryGetOp']!(expression)) ? 'divide' : undefined;
  }
}

const LEAVES = [
  'LocalGet',
  'GlobalGet',
  'Const',
  'Nop',
  'Unreachable',
  'MemorySize',
  'AtomicFence',
  'DataDrop',
  'RefFunc',
  'RefNull',
];

const FIXED_CHILDREN: Readonly<Record<string, readonly string[]>> = {
  If: ['Condition', 'IfTrue', 'IfFalse'],
  Loop: ['Body'],
  Break: ['Value', 'Condition'],
  Switch: ['Value', 'Condition'],
  LocalSet: ['Value'],
  GlobalSet: ['Value'],
  Load: ['Ptr'],
  Store: ['Ptr', 'Value'],
  AtomicRMW: ['Ptr', 'Value'],
  AtomicCmpxchg: ['Ptr', 'Expected', 'Replacement'],
  AtomicWait: ['Ptr', 'Expected', 'Timeout'],
  AtomicNotify: ['Ptr', 'NotifyCount'],
  SIMDExtract: ['Vec'],
  SIMDReplace: ['Vec', 'Value'],
  SIMDShuffle: ['Left', 'Right'],
  SIMDTernary: ['A', 'B', 'C'],
  SIMDShift: ['Vec', 'Shift'],
  SIMDLoad: ['Ptr'],
  SIMDLoadStoreLane: ['Ptr', 'Vec'],
  MemoryInit: ['Dest', 'Offset', 'Size'],
  MemoryCopy: ['Dest', 'Source', 'Size'],
  MemoryFill: ['Dest', 'Value', 'Size'],
  MemoryGrow: ['Delta'],
  Unary: ['Value'],
  Binary: ['Left', 'Right'],
  Select: ['IfTrue', 'IfFalse', 'Condition'],
  Drop: ['Value'],
  Return: ['Value'],
};

const ACCESSES: ReadonlySet<string> = new Set([
  ...['Load', 'Store', 'AtomicRMW', 'AtomicCmpxchg', 'AtomicWait', 'AtomicNotify'],
  ...['SIMDLoad', 'SIMDLoadStoreLane', 'MemoryInit', 'MemoryCopy', 'MemoryFill'],
]);
