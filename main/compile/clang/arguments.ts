import type { ProgramInfo } from '../../../app/model/program.ts';
import type { Preparation, ToolRun, VirtualFiles } from './tool-run.ts';

/** Paths in the virtual file system (tool-run.ts), without the leading slash. */
export const paths = {
  prefix: 'ring/actor/ring_kernel.cuh',
  prefixHeader: 'unit/prefix.pch',
  unit: 'unit/unit.cu',
  object: 'unit/unit.o',
  runtimeSource: 'ring/actor/ring_runtime.cc',
  runtime: 'unit/runtime.o',
  threadsSource: 'ring/cpu/ring_threads.cc',
  threads: 'unit/threads.o',
  dynamicShared: 'unit/dynamic_shared.o',
  module: 'unit/unit.wasm',
} as const;

const features = ['atomics', 'bulk-memory', 'mutable-globals', 'sign-ext', 'nontrapping-fptoint', 'simd128'];

const target = [
  ...['-triple', 'wasm32-unknown-unknown'],
  ...features.flatMap((feature) => ['-target-feature', `+${feature}`]),
];

/** A precompiled header is good only for runs with the same language, target and optimisation. */
const language = [
  ...['-x', 'c++', '-std=c++17', '-ffreestanding', '-fno-rtti', '-fno-threadsafe-statics', '-fvisibility=hidden'],
  ...['-O2', '-vectorize-loops', '-vectorize-slp', '-debug-info-kind=line-tables-only', '-dwarf-version=4'],
  // Endless loops must stay, to be stopped; the stack check counts on a pointer that covers what is in use.
  ...['-fno-finite-loops', '-disable-red-zone', '-DRING_DEVICE_CPU=1', '-DRING_STUDIO=1'],
  // As nvcc: a value that only one lane has set may be passed on by all, as in shuffles.
  '-no-enable-noundef-analysis',
  // What LLVM may take for impossible and drop traps instead; our own headers need no checks.
  '-fsanitize=array-bounds,integer-divide-by-zero,null,unreachable,return',
  // A struct's last array ends where its type says, whatever C code used to do with it.
  ...['-fsanitize-ignorelist=/ring/cpu/unchecked.txt', '-fstrict-flex-arrays=3'],
];

/** Our headers hide the warnings in them; quoted includes of the project win over them, `<x>` of the project does not. */
const includes = [
  ...['-resource-dir', '/usr', '-iquote', '/project'],
  ...['cpu', 'actor', 'abi'].flatMap((folder) => ['-internal-isystem', `/ring/${folder}`]),
  ...['-internal-isystem', '/usr/include', '-idirafter', '/project'],
];

const warnings = [
  ...['-Wall', '-Wextra', '-Wno-unused-parameter', '-Wno-unused-function', '-Wno-unused-private-field'],
  ...['-Wno-unknown-pragmas', '-Wno-missing-field-initializers'],
  // As in CUDA, `#pragma unroll` says nothing where it changes nothing.
  '-Wno-pass-failed',
  // As in CUDA, globals are initialized before anything runs.
  '-Werror=global-constructors',
];
const sarif = ['-fdiagnostics-format', 'sarif', '-Wno-sarif-format-unstable', '-ferror-limit', '50'];
/** Deeper recursion of templates would use up the engine's stack. */
const limits = ['-ftemplate-depth=256'];
const common = ['clang', '-cc1', ...target, ...language, ...includes, ...limits];

/** What every source begins with, whether it says so or not: plain CUDA files include nothing. */
const prefix = ['-include-pch', `/${paths.prefixHeader}`];

/** What is computed ahead of a loop has to be kept by every thread that waits in it: sums of addresses are cheaper. */
const manyThreads = ['-mllvm', '-disable-machine-licm'];

/**
 * As nvcc: memory may be read as another type than it was written as, as where a float4 is loaded for eight halves.
 * Loops over the elements of buffers are then not vectorised, which matters where a block has one thread only.
 */
const relaxedAliasing = ['-relaxed-aliasing'];

/**
 * Dumps the declarations of `file`, and of what it includes beyond the prefix, as JSON on stdout. Errors do not matter:
 * our own headers beyond the prefix declare their types only, which saves most of the time that they would take.
 */
export function dumpArguments(file: string): string[] {
  const dump = [
    '-DRING_TYPES_ONLY',
    '-fsyntax-only',
    '-skip-function-bodies',
    '-ast-dump=json',
    '-w',
    '-ferror-limit',
    '0',
  ];
  return [...common, ...dump, ...prefix, `/${file}`];
}

export interface CodeTraits {
  readonly threads: ProgramInfo['threads'];
  /** The user's sources do. */
  readonly castsPointers: boolean;
}

/** Compiles the generated unit; the object is on stdout, diagnostics are SARIF on stderr. */
export function compileArguments({ threads, castsPointers }: CodeTraits): string[] {
  const hasMany = threads === 'many';
  const traits = [...(hasMany ? manyThreads : []), ...(hasMany || castsPointers ? relaxedAliasing : [])];
  const output = ['-emit-obj', '-o', '-', `/${paths.unit}`];
  return [...common, ...traits, ...warnings, ...sarif, ...prefix, ...output];
}

/** Whatever memory the host imports is at most this large. */
const maxMemoryBytes = 65_536 * 65_536;
const exportsIfDefined = ['__wasm_init_tls', '__tls_base', '__tls_size', '__tls_align', '__wasm_call_ctors'];

/** musl's libm and vsnprintf. They are not built for threads; what is used of them keeps nothing between calls. */
const libraries = ['/usr/lib/wasm32-wasip1/libc.a', '/usr/lib/wasm32-unknown-wasip1/libclang_rt.builtins.a'];

/** Their heap would be whatever lies behind the static data in the arena: calls go to names that nobody defines. */
const heapFunctions = ['malloc', 'calloc', 'realloc', 'free', 'aligned_alloc', 'posix_memalign', 'sbrk'];
/** Linked with programs whose threads wait for each other, or that have more than one. */
const onDemand = ['--start-lib', `/${paths.threads}`, '--end-lib'];
/** How the linker spells a name that it was told to wrap. */
export const wrapPrefix = '__wrap_';

export interface LinkedParts {
  readonly base: number;
  readonly hasRuntime: boolean;
  readonly hasDynamicShared: boolean;
}

/**
 * Links the object into a module whose static data lies at `base` in the arena. The linker's own stack is a token: the
 * host gives each worker a stack and sets `__stack_pointer`. The module is on stdout.
 */
export function linkArguments({ base, hasRuntime, hasDynamicShared }: LinkedParts): string[] {
  const objects = [
    `/${paths.object}`,
    ...(hasRuntime ? [`/${paths.runtime}`, ...onDemand] : []),
    ...(hasDynamicShared ? [`/${paths.dynamicShared}`] : []),
  ];
  return [
    ...['wasm-ld', '--no-entry', `--global-base=${base}`, '-z', 'stack-size=16', '--no-check-features'],
    ...['--import-memory', '--shared-memory', `--max-memory=${maxMemoryBytes}`, '--error-limit=50'],
    ...['__stack_pointer', '__heap_base'].map((name) => `--export=${name}`),
    ...exportsIfDefined.map((name) => `--export-if-defined=${name}`),
    ...heapFunctions.map((name) => `--wrap=${name}`),
    ...[...objects, ...libraries, '-o', '-'],
  ];
}

/** Everything about the flags that compiled code depends on. */
export const flagsFingerprint = JSON.stringify([
  compileArguments({ threads: 'many', castsPointers: true }),
  linkArguments({ base: 0, hasRuntime: true, hasDynamicShared: true }),
]);

/** The part of the actor runtime that does not depend on the user's code, where there is one, is compiled once. */
export function hasRuntimeSource(headers: VirtualFiles): boolean {
  return paths.runtimeSource in headers;
}

/** What every compiler process prepares. */
export function preparation(headers: VirtualFiles): Preparation {
  const compile = (kind: readonly string[], output: string, source: string): ToolRun => {
    return { args: [...common, '-w', ...kind, '-o', `/${output}`, `/${source}`], files: {}, outputs: [output] };
  };
  // What our headers use of their own templates is instantiated here once, and not in every unit.
  const precompile = ['-emit-pch', '-fpch-instantiate-templates'];
  const runs = [compile(precompile, paths.prefixHeader, paths.prefix)];
  if (hasRuntimeSource(headers)) {
    runs.push(compile(['-emit-obj'], paths.runtime, paths.runtimeSource));
    runs.push(compile(['-emit-obj'], paths.threads, paths.threadsSource));
  }
  return { files: headers, runs };
}
