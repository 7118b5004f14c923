import { Worker } from 'node:worker_threads';
import { beforeAll, describe, expect, it } from 'vitest';
import { STOP_WORD_ADDRESS } from '../../../app/abi/arena-layout.ts';
import type { Actor } from './actor-module.fixture.ts';
import {
  STACK,
  STATIC_DATA_ADDRESS,
  compileModule,
  instantiate,
  symbolize,
  trapStack,
} from './actor-module.fixture.ts';
import { ByteCursor } from './byte-cursor.ts';
import { readExportedConstants } from './exported-constants.ts';
import { skipImmediates } from './instructions.ts';
import type { InstrumentedModule } from './instrument.ts';
import { instrument } from './instrument.ts';
import type { FaultLocation } from './locate-fault.ts';
import { locateFault } from './locate-fault.ts';
import { codeContentStart } from './sections.ts';
import { parseSymbolizerOutput } from './symbolizer.ts';
import { DATA, ENDLESS, FAULTS, PROGRAMS, linesOf } from './programs.fixture.ts';

interface Compiled extends InstrumentedModule {
  readonly debugWasm: Uint8Array<ArrayBuffer>;
}

async function build(source: string): Promise<Compiled> {
  const debugWasm = await compileModule(source);
  return { debugWasm, ...instrument(debugWasm) };
}

function fault(module: Compiled, run: () => unknown): Promise<FaultLocation> {
  return locateFault(trapStack(run), module, symbolize);
}

describe('an instrumented program', () => {
  let module: Compiled;
  beforeAll(async () => void (module = await build(PROGRAMS)));

  it('is valid and keeps no debug sections', () => {
    expect(WebAssembly.validate(module.wasm)).toBe(true);
    const compiled = new WebAssembly.Module(module.wasm);
    for (const section of ['.debug_line', '.debug_info', 'producers', 'target_features']) {
      expect(WebAssembly.Module.customSections(compiled, section)).toHaveLength(0);
    }
    expect(WebAssembly.Module.customSections(compiled, 'name')).toHaveLength(1);
  });

  it('tells what the linker laid out, before and after', () => {
    for (const wasm of [module.debugWasm, module.wasm]) {
      const constants = readExportedConstants(wasm);
      expect(constants.get('__heap_base')).toBeGreaterThan(STATIC_DATA_ADDRESS);
      expect(constants.get('__tls_size')).toBe(4);
      expect(constants.get('__tls_align')).toBe(4);
    }
    expect(readExportedConstants(module.wasm).get('ring_stack_limit')).toBe(0);
  });

  it('uses what the comparison is about, and has one stop check for each loop', () => {
    const plain = countOpcodes(module.debugWasm);
    const checked = countOpcodes(module.wasm);
    const [loop, brTable, callIndirect, memoryCopy, memoryFill] = ['3', 'e', '11', 'fc a', 'fc b'];
    const [floatAdd4, compareExchange, load] = ['fd e4', 'fe 48', '28'];
    for (const used of [loop, brTable, callIndirect, memoryCopy, memoryFill, floatAdd4, compareExchange]) {
      expect(plain.get(used), used).toBeGreaterThan(0);
      expect(checked.get(used)).toBe(plain.get(used));
    }
    expect(checked.get(load)).toBe((plain.get(load) ?? 0) + (plain.get(loop) ?? 0));
  });

  it.each([...['sort', 'simd', 'lanes', 'wide', 'choose', 'blocks', 'atomic', 'indirect', 'frames', 'shared']])(
    'computes %s as the plain one does, in every byte of memory',
    (name) => {
      const plain = instantiate(module.debugWasm);
      const checked = instantiate(module.wasm);
      const results = [plain, checked].map((actor) => [1, 7, 500].map((n) => actor.exports[name]?.(n)));
      expect(results[1]).toEqual(results[0]);
      expect(new Set(results[0]).size).toBeGreaterThan(1);
      expect(Buffer.compare(plain.bytes, checked.bytes)).toBe(0);
    },
  );
});

describe('the stop check', () => {
  let module: Compiled;
  beforeAll(async () => void (module = await build(ENDLESS)));

  it.each([
    ['empty', [], ['empty']],
    ['counting', [1], ['counting']],
    ['nested', [1], ['nested']],
    ['do_while', [1], ['do_while']],
    ['vectorised', [DATA, 100], ['vectorised']],
    ['without_effect', [], ['without_effect']],
    ['inlining', [], ['inlined_helper', 'inlining']],
    ['calling', [], ['called_helper', 'calling']],
  ])('stops %s from another thread and names its line', async (name, args, marks) => {
    const actor = instantiate(module.wasm);
    await setStopWordSoon(actor);
    const { frames } = await fault(module, () => actor.exports[name]?.(...args));
    expectLines(frames, ENDLESS, marks);
    expect(new Set(frames.map(({ file }) => file))).toEqual(new Set(['actor.cu']));
  });

  it('stops optimized code too', async () => {
    const actor = instantiate(module.wasm);
    for (let i = 0; i < 2000; i += 1) actor.exports['counting']?.(2000);
    await setStopWordSoon(actor);
    const { frames } = await fault(module, () => actor.exports['counting']?.(1));
    expectLines(frames, ENDLESS, ['counting']);
  });
});

describe('faults', () => {
  let module: Compiled;
  beforeAll(async () => void (module = await build(FAULTS)));

  it.each([
    ['divide', [0], ['quotient', 'divide'], ['quotient', 'divide']],
    ['checked', [0], ['checked'], ['checked']],
    ['outside', [0x7ffffff0], ['outside'], ['outside']],
  ])('%s: the line is right, also through inlining and behind a check', async (name, args, marks, functions) => {
    const actor = instantiate(module.wasm);
    const { frames } = await fault(module, () => actor.exports[name]?.(...args));
    expectLines(frames, FAULTS, marks);
    expect(frames.map((frame) => frame.function)).toEqual(functions);
  });

  it.each([
    ['small', 1],
    ['huge', 1],
    ['wrapping', 1],
    ['variable', 200_000],
  ])('%s: a stack overflow is caught before a byte below the stack is written', async (name, argument) => {
    const actor = instantiate(module.wasm);
    const below = actor.bytes.subarray(STOP_WORD_ADDRESS + 4, STACK.limit);
    below.fill(0xa5);
    const { frames } = await fault(module, () => actor.exports[name]?.(argument));
    expect(frames[0]?.function).toBe(name);
    expect(below.every((byte) => byte === 0xa5)).toBe(true);
    expectLines(frames.slice(-1), FAULTS, [name]);
  });

  it('a recursion without frames ends in V8’s own overflow and has its line', async () => {
    const actor = instantiate(module.wasm);
    const { frames } = await fault(module, () => actor.exports['frameless']?.(1));
    expectLines(frames.slice(0, 2), FAULTS, ['frameless', "frameless's call"]);
  });

  it('has no frames in the file that includes the user’s, which exists here only', async () => {
    const actor = instantiate(module.wasm);
    const inUnit = async (...args: Parameters<typeof symbolize>): Promise<string> => {
      const [frame] = parseSymbolizerOutput(await symbolize(...args)).flat();
      return (await symbolize(...args)).replaceAll(frame!.file, '/unit/unit.cu');
    };
    const stack = trapStack(() => actor.exports['outside']?.(0x7ffffff0));
    expect((await locateFault(stack, module, symbolize)).frames).toHaveLength(1);
    expect(await locateFault(stack, module, inUnit)).toEqual({ frames: [] });
  });

  it('has no frames for a stack without WebAssembly', async () => {
    const location = await locateFault(new Error('elsewhere').stack ?? '', module, () => Promise.reject(new Error()));
    expect(location).toEqual({ frames: [] });
  });
});

/** The frames are at the marks, one each. */
function expectLines(frames: FaultLocation['frames'], source: string, marks: readonly string[]): void {
  expect(frames).toHaveLength(marks.length);
  marks.forEach((mark, index) => expect(linesOf(source, mark)).toContain(frames[index]?.line));
}

/** How often each opcode occurs, its prefix in front: 'fd e4'. */
function countOpcodes(wasm: Uint8Array): Map<string, number> {
  const counts = new Map<string, number>();
  const cursor = new ByteCursor(wasm, codeContentStart(wasm));
  for (let bodies = cursor.u32(); bodies > 0; bodies -= 1) {
    const size = cursor.u32();
    const end = cursor.at + size;
    for (let groups = cursor.u32(); groups > 0; groups -= 1) {
      cursor.skipLeb();
      cursor.skipLeb();
    }
    while (cursor.at < end) {
      const opcode = cursor.byte();
      const prefixed = opcode >= 0xfc ? ` ${new ByteCursor(wasm, cursor.at).u32().toString(16)}` : '';
      const key = opcode.toString(16) + prefixed;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      skipImmediates(cursor, opcode);
    }
  }
  return counts;
}

/** Sets the stop word from another thread a little later: this thread will be busy in the loop. */
async function setStopWordSoon(actor: Actor): Promise<void> {
  const code = `
    const { parentPort, workerData: { buffer, index } } = require('node:worker_threads');
    parentPort.postMessage('ready');
    setTimeout(() => Atomics.store(new Int32Array(buffer), index, 1), 50);`;
  const workerData = { buffer: actor.memory.buffer, index: STOP_WORD_ADDRESS / 4 };
  const worker = new Worker(code, { eval: true, workerData });
  await new Promise((resolve) => worker.once('message', resolve));
}
