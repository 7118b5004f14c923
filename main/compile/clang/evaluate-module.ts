import { faultCause } from '../../devices/arena/fault-cause.ts';
import { readExportedConstants } from '../wasm/exported-constants.ts';
import { ASYNCIFY, hasWaits } from '../wasm/asyncify.ts';
import type { Evaluation, EvaluationResult, FailurePlace } from './tool-run.ts';

interface Exports {
  readonly __stack_pointer: WebAssembly.Global;
  readonly __wasm_init_tls?: (address: number) => void;
  readonly ring_defaults: (index: number, address: number) => void;
  readonly ring_symbol: (index: number) => number;
  readonly ring_sent_count: () => number;
  readonly ring_sent_type: (index: number) => number;
}

type Imports = readonly WebAssembly.ModuleImportDescriptor[];

const pageBytes = 65_536;
const maximumPages = 65_536;
const stackBytes = 16 * pageBytes;

/** Runs in the compiler process, whose end ends what the user's initializers may have begun. */
export function evaluateModule({ wasm, base, structSizes, symbolCount }: Evaluation): EvaluationResult {
  const module = new WebAssembly.Module(wasm);
  const imports = WebAssembly.Module.imports(module);
  const foreign = foreignImports(imports);
  if (foreign.length > 0) return { ok: false, reason: 'foreign-imports', names: foreign };
  const constants = readExportedConstants(wasm);
  const staticEnd = constants.get('__heap_base') ?? base;
  const threadBytes = alignUp(constants.get('__tls_size') ?? 0, pageBytes);
  const outBytes = alignUp(Math.max(1, ...structSizes), pageBytes);
  const scratchBytes = threadBytes + outBytes + stackBytes;
  // Below the static data where there is room, so that a base near the end of the address space leaves some.
  const scratch = base >= pageBytes + scratchBytes ? pageBytes : alignUp(staticEnd, pageBytes);
  const initial = Math.ceil(Math.max(staticEnd, scratch + scratchBytes) / pageBytes);
  const memory = new WebAssembly.Memory({ initial, maximum: maximumPages, shared: true });
  const exports = instantiate(module, imports, memory);
  const out = scratch + threadBytes;
  exports.__stack_pointer.value = scratch + scratchBytes;
  exports.__wasm_init_tls?.(scratch);
  const defaults: Uint8Array<ArrayBuffer>[] = [];
  for (const [structIndex, size] of structSizes.entries()) {
    const bytes = new Uint8Array(memory.buffer, out, size);
    bytes.fill(0);
    try {
      exports.ring_defaults(structIndex, out);
    } catch (error) {
      if (!(error instanceof DeviceFailure)) {
        return { ok: false, reason: 'initializer', structIndex, cause: faultCause(0, String(error)) };
      }
      const cause = faultCause(error.failureCode, error.message);
      return { ok: false, reason: 'initializer', structIndex, cause, ...(error.place && { place: error.place }) };
    }
    defaults.push(new Uint8Array(bytes));
  }
  const symbolAddresses = Array.from({ length: symbolCount }, (_, index) => exports.ring_symbol(index) >>> 0);
  return { ok: true, defaults, sentTypes: sentTypes(exports), symbolAddresses, hasWaits: hasWaits(imports) };
}

function sentTypes(exports: Exports): number[] {
  const ids = Array.from({ length: exports.ring_sent_count() }, (_, index) => exports.ring_sent_type(index) >>> 0);
  return [...new Set(ids)].sort((a, b) => a - b);
}

/** What no worker supplies, such as WASI's functions behind those of libc that need an operating system. */
function foreignImports(imports: Imports): string[] {
  return imports
    .filter(
      ({ module: from, name, kind }) =>
        kind !== 'memory' && from !== ASYNCIFY && !(from === 'env' && name.startsWith('ring_host_')),
    )
    .map(({ name }) => name);
}

/** The device code gave up: a failed assertion, a division by zero. */
class DeviceFailure extends Error {
  readonly failureCode: number;
  readonly place: FailurePlace | undefined;

  constructor(failureCode: number, place?: FailurePlace) {
    super('the device code failed');
    this.failureCode = failureCode;
    this.place = place;
  }
}

/** Of the imports of ring_cpu.h those about failures; the others end the run: initializers have nobody to talk to. */
function instantiate(module: WebAssembly.Module, imports: Imports, memory: WebAssembly.Memory): Exports {
  let place: FailurePlace | undefined;
  const env: WebAssembly.ModuleImports = { memory };
  const threads: WebAssembly.ModuleImports = {};
  for (const { module: from, name, kind } of imports) {
    if (kind !== 'function') continue;
    (from === ASYNCIFY ? threads : env)[name] = () => {
      throw new DeviceFailure(0);
    };
  }
  env['ring_host_assert'] = () => undefined;
  env['ring_host_bad_index'] = () => undefined;
  env['ring_host_bad_buffer'] = () => undefined;
  env['ring_host_fail_at'] = (file: number, line: number) => {
    place = { file: readText(memory, file), line };
  };
  env['ring_host_fail'] = (code: number) => {
    throw new DeviceFailure(code, place);
  };
  // The linker and ring_entry.cuh export them in every module.
  return new WebAssembly.Instance(module, { env, [ASYNCIFY]: threads }).exports as unknown as Exports;
}

/** A NUL-terminated text. */
function readText(memory: WebAssembly.Memory, address: number): string {
  const bytes = new Uint8Array(memory.buffer);
  return new TextDecoder().decode(bytes.slice(address, bytes.indexOf(0, address)));
}

function alignUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}
