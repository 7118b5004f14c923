import { Exit, runLLVM } from '@yowasp/clang';
import type { Tree } from '@yowasp/clang';
import { STOP_WORD_ADDRESS } from '../../../app/abi/arena-layout.ts';
import { symbolizerArguments } from './symbolizer.ts';

/** The part of the runtime that checks need, in the folder that fault reports leave out. */
const RUNTIME_HEADER = `
typedef unsigned int uint32_t; typedef int int32_t; typedef long long int64_t; typedef unsigned long long uint64_t;
#define EXPORT(name) extern "C" __attribute__((export_name(#name)))
#define NOINLINE __attribute__((noinline))
EXPORT(ring_stop_check) inline NOINLINE __attribute__((used)) void ring_stop_check() {
  if (*(volatile int *)${STOP_WORD_ADDRESS}) __builtin_trap();
}
extern "C" __attribute__((import_module("env"), import_name("host_fail"))) void host_fail();
EXPORT(ring_stack_overflow) inline NOINLINE __attribute__((used)) void ring_stack_overflow() { host_fail(); }
inline NOINLINE void ring_assert(bool ok) { if (!ok) __builtin_trap(); }
`;

export const STATIC_DATA_ADDRESS = 65536;
const FEATURES = ['atomics', 'bulk-memory', 'mutable-globals', 'sign-ext', 'nontrapping-fptoint', 'simd128'];
const COMPILE = [
  ...['clang', '-cc1', '-triple', 'wasm32-unknown-unknown', '-emit-obj', '-O2', '-vectorize-loops', '-vectorize-slp'],
  ...['-x', 'c++', '-std=c++17', '-ffreestanding', '-fno-threadsafe-statics', '-fno-rtti', '-resource-dir', '/usr'],
  ...FEATURES.flatMap((feature) => ['-target-feature', `+${feature}`]),
  '-fvisibility=hidden',
  ...['-debug-info-kind=line-tables-only', '-dwarf-version=4', '-disable-red-zone', '-fno-finite-loops'],
  ...['-o', 'm.o', 'actor.cu'],
];
const LINK = [
  ...['wasm-ld', '--no-entry', '--import-memory', '--shared-memory', '--max-memory=1073741824'],
  ...[`--global-base=${STATIC_DATA_ADDRESS}`, '-z', 'stack-size=16', '--export=__stack_pointer'],
  ...['__heap_base', '__tls_size', '__tls_align'].map((name) => `--export-if-defined=${name}`),
  ...['m.o', '-o', 'm.wasm'],
];
const SHARED_MEMORY_PAGES = { initial: 64, maximum: 16384, shared: true };
export const STACK = { top: 1048576, limit: 917504 } as const;

interface LlvmResult {
  readonly output: string;
  readonly files: Tree;
}

async function llvm(args: string[], files: Tree): Promise<LlvmResult> {
  const decoder = new TextDecoder();
  let output = '';
  const collect = (bytes: Uint8Array | null): void => void (output += decoder.decode(bytes ?? undefined));
  try {
    const options = { stdout: collect, stderr: collect, decodeASCII: false, fetchProgress: () => undefined };
    return { files: (await runLLVM(args, files, options)) ?? {}, output };
  } catch (error) {
    if (error instanceof Exit) throw new Error(output, { cause: error });
    throw error;
  }
}

/** Compiles `source`, whose line 1 is its first line, with the flags of the CPU device. */
export async function compileModule(source: string): Promise<Uint8Array<ArrayBuffer>> {
  const files = { 'actor.cu': `#include </ring/runtime.h>\n#line 1\n${source}`, ring: { 'runtime.h': RUNTIME_HEADER } };
  const object = await llvm([...COMPILE], files);
  const linked = await llvm([...LINK], { 'm.o': object.files['m.o'] ?? '' });
  return Uint8Array.from(linked.files['m.wasm'] as Uint8Array);
}

export async function symbolize(debugWasm: Uint8Array, offsets: readonly number[]): Promise<string> {
  const { output } = await llvm(symbolizerArguments('m.wasm', offsets), { 'm.wasm': debugWasm });
  return output;
}

/** Thrown by the host where a check calls out of the module. */
class HostFailure extends Error {}

export interface Actor {
  readonly exports: Record<string, (...args: number[]) => number>;
  readonly memory: WebAssembly.Memory;
  readonly bytes: Uint8Array;
  setStopWord(value: number): void;
}

/** An instance with its own arena, static data and stack; instrumented or not. */
export function instantiate(wasm: Uint8Array<ArrayBuffer>): Actor {
  const memory = new WebAssembly.Memory(SHARED_MEMORY_PAGES);
  const env = {
    memory,
    host_fail: () => {
      throw new HostFailure('the actor failed');
    },
  };
  const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm), { env });
  const setGlobal = (name: string, value: number): void => {
    const global = instance.exports[name];
    if (global instanceof WebAssembly.Global) global.value = value;
  };
  setGlobal('__stack_pointer', STACK.top);
  setGlobal('ring_stack_limit', STACK.limit);
  const exports = instance.exports as Actor['exports'];
  const words = new Int32Array(memory.buffer);
  return {
    exports,
    memory,
    bytes: new Uint8Array(memory.buffer),
    setStopWord: (value) => void Atomics.store(words, STOP_WORD_ADDRESS / 4, value),
  };
}

/** The stack of the trap, or of the host's failure, that `run` ends in. */
export function trapStack(run: () => unknown): string {
  const depth = Error.stackTraceLimit;
  Error.stackTraceLimit = 50;
  try {
    run();
  } catch (error) {
    const isFault = [WebAssembly.RuntimeError, RangeError, HostFailure].some((kind) => error instanceof kind);
    if (isFault && error instanceof Error) return error.stack ?? '';
    throw error;
  } finally {
    Error.stackTraceLimit = depth;
  }
  throw new Error('The program did not trap');
}
