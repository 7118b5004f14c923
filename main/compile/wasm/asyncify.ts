import { decode } from '@jridgewell/sourcemap-codec';
import type Binaryen from 'binaryen';
import type { CodeMoves } from '../../../app/model/program.ts';
import { readCodeSites, readCodeStarts, type CodeSite } from './code-sites.ts';
import { EarlySets } from './early-sets.ts';
import { ExpressionWalk, type RawBinaryen } from './expression-walk.ts';

/** Module of the imports of kernels/cpu/ring_threads.cc that Binaryen replaces. */
export const ASYNCIFY = 'asyncify';
const LEAVES_THREAD = 'start_unwind';
const RUNS_THREAD = 'start_rewind';

export type AsyncifyResult =
  | { readonly ok: true; readonly wasm: Uint8Array<ArrayBuffer>; readonly moves: CodeMoves }
  /**
   * A function that is called through pointers can wait: nobody could say which calls have to be prepared for it.
   * `offset` is in it, in bytes from the module's start.
   */
  | { readonly ok: false; readonly function: string; readonly offset: number };

interface ModuleFunction {
  readonly ref: Binaryen.FunctionRef;
  readonly name: string;
  /** 0 of an import. */
  readonly body: number;
  /** Of an import: its module and name. */
  readonly imported: readonly [module: string, name: string] | undefined;
  readonly callees: readonly string[];
  readonly firstSite: number;
}

/** Whether threads of the module can wait for each other: else everything in it is a plain call. */
export function hasWaits(imports: readonly WebAssembly.ModuleImportDescriptor[]): boolean {
  return imports.some(({ module, name }) => module === ASYNCIFY && name === LEAVES_THREAD);
}

/**
 * Makes every function that a waiting thread can be in able to return in the middle and to go on there. Binaryen moves
 * code: `moves` leads from offsets of the result back to those of the module.
 */
export async function asyncify(linked: Uint8Array): Promise<AsyncifyResult> {
  const { default: binaryen } = await import('binaryen');
  binaryen.setDebugInfo(true); // names of functions, for the stacks of faults
  binaryen.setOptimizeLevel(2);
  binaryen.setShrinkLevel(0);
  binaryen.clearPassArguments();
  // Of any text but the empty one, which takes the argument away.
  binaryen.setPassArgument('asyncify-ignore-imports', 'yes');
  binaryen.setPassArgument('asyncify-ignore-indirect', 'yes');
  const module = binaryen.readBinary(linked);
  // They are there, though not in its types.
  const raw = binaryen as unknown as RawBinaryen;
  const walk = new ExpressionWalk(raw);
  try {
    const functions = markSites(module, readCodeSites(linked), { binaryen, raw, walk });
    const waiting = findWaiting(functions);
    const pointed = pointedFunctions(binaryen, module);
    const unprepared = functions.find(({ name }) => waiting.has(name) && pointed.has(name));
    if (unprepared !== undefined) return { ok: false, function: unprepared.name, offset: unprepared.firstSite };
    const names = new Map(functions.map(({ ref, name }) => [raw['_BinaryenFunctionGetName']!(ref), name]));
    const isWait = (callee: number): boolean => waiting.has(names.get(callee) ?? '');
    const early = new EarlySets(raw, walk, module.ptr);
    for (const { name, body } of functions) if (body !== 0 && waiting.has(name)) early.apply(body, isWait);
    module.runPasses(['asyncify']);
    const { binary, sourceMap } = module.emitBinary('moves');
    return { ok: true, wasm: new Uint8Array(binary), moves: readMoves(sourceMap ?? '', linked, binary) };
  } finally {
    module.dispose();
  }
}

/**
 * Gives every place where a fault can happen its offset for a line number, which Binaryen carries along.
 *
 * @throws Error when Binaryen has read other code than there is: lines would be wrong
 */
function markSites(
  module: Binaryen.Module,
  sitesOfBodies: readonly (readonly CodeSite[])[],
  {
    binaryen,
    raw,
    walk,
  }: { readonly binaryen: typeof Binaryen; readonly raw: RawBinaryen; readonly walk: ExpressionWalk },
): ModuleFunction[] {
  const setLocation = raw['_BinaryenFunctionSetDebugLocation']!;
  const file = module.addDebugInfoFileName('linked');
  const refs = Array.from({ length: module.getNumFunctions() }, (_, index) => module.getFunctionByIndex(index));
  const names = new Map(refs.map((ref) => [raw['_BinaryenFunctionGetName']!(ref), binaryen.getFunctionInfo(ref).name]));
  let bodies = 0;
  return refs.map((ref): ModuleFunction => {
    const { name, module: from, base, body } = binaryen.getFunctionInfo(ref);
    if (body === 0) return { ref, name, body, imported: [from ?? '', base ?? ''], callees: [], firstSite: 0 };
    const sites = sitesOfBodies[bodies++] ?? [];
    const callees = new Set<string>();
    let next = 0;
    walk.visit(body, ({ expression, kind, callee }) => {
      const site = sites[next++];
      if (site?.kind !== kind) throw new Error(`the code of '${name}' is not what Binaryen has read`);
      setLocation(ref, expression, file, site.offset, 0);
      if (callee !== undefined) callees.add(names.get(callee) ?? '');
    });
    return { ref, name, body, imported: undefined, callees: [...callees], firstSite: sites[0]?.offset ?? 0 };
  });
}

/** Functions in which a thread can be while it waits: those that lead to a call that leaves it, up to who runs it. */
function findWaiting(functions: readonly ModuleFunction[]): ReadonlySet<string> {
  const importing = (name: string): ReadonlySet<string> =>
    new Set(functions.filter(({ imported }) => imported?.[0] === ASYNCIFY && imported[1] === name).map((f) => f.name));
  const runs = importing(RUNS_THREAD);
  const waiting = new Set(importing(LEAVES_THREAD));
  const schedulers = new Set(
    functions.filter(({ callees }) => callees.some((name) => runs.has(name))).map((f) => f.name),
  );
  for (let before = -1; before !== waiting.size;) {
    before = waiting.size;
    for (const { name, callees } of functions)
      if (!schedulers.has(name) && callees.some((callee) => waiting.has(callee))) waiting.add(name);
  }
  return waiting;
}

function pointedFunctions(binaryen: typeof Binaryen, module: Binaryen.Module): ReadonlySet<string> {
  const segments = Array.from({ length: module.getNumElementSegments() }, (_, index) =>
    binaryen.getElementSegmentInfo(module.getElementSegmentByIndex(index)),
  );
  return new Set(segments.flatMap(({ data }) => data));
}

function readMoves(sourceMap: string, linked: Uint8Array, result: Uint8Array): CodeMoves {
  const { mappings } = JSON.parse(sourceMap) as { readonly mappings: string };
  const segments = (decode(mappings)[0] ?? []).flatMap(
    (segment) => (segment.length === 1 ? [] : [[segment[0], segment[2] + 1] as const]), // 1: code of Binaryen's own
  );
  // The functions stay, in their order. What lies before the first known place of one is not the end of the one before.
  const starts = readCodeStarts(result);
  const bounds = readCodeStarts(linked).map((from, index) => [starts[index]!, from] as const);
  const moves = [...bounds, ...segments].sort(([a], [b]) => a - b);
  return { to: Uint32Array.from(moves, ([to]) => to), from: Uint32Array.from(moves, ([, from]) => from) };
}
