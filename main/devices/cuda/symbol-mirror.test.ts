import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { plainImage } from '../../../app/testing/conformance-functions.ts';
import { deviceMemoryHandle, hostMemoryHandle } from '../../../native/bindings/cuda-answers.ts';
import type { MemoryPlace } from '../../../native/bindings/cuda-native.ts';
import { needsStandIn } from '../../../native/test/stand-in/stand-in.ts';
import type { Compiler } from '../../compile/compiler.ts';
import { createArena } from '../arena/create-arena.ts';
import { BUILD_MS, kernels, openRuntime, useStandIn } from './stand-in.fixture.ts';
import { SymbolMirror, SymbolValues } from './symbol-mirror.ts';

describe('variables of a program (stand-in)', () => {
  let compiler: Compiler | undefined;
  beforeEach(needsStandIn);
  beforeAll(async () => void (compiler = await useStandIn('optimize=0,sms=16')), BUILD_MS);
  afterAll(() => compiler?.[Symbol.asyncDispose]());

  it('what the host writes beside a resident actor reaches it, and what the actor writes reaches the host', async () => {
    await using runtime = await openRuntime(compiler!);
    const program = await runtime.compile(join(kernels, 'symbol_actor.cu'));
    const actor = await runtime.launch(program.kernel('weigher'));
    await actor.activate();
    const ask = async (): Promise<unknown> => (await actor.request<{ value: number }>({ value: 1 })).value;
    expect(await ask()).toBe(8);
    program.symbol('offset').write(100);
    program.symbol('factor').write(3);
    await actor.readState(); // its blocks leave, and come back
    expect(program.symbol('offset').read()).toBe(100);
    expect(await ask()).toBe(103);
    await actor.readState();
    expect(['factor', 'offset', 'answered'].map((name) => program.symbol(name).read())).toEqual([3, 100, 2]);
  });
});

const HOST = 99;

/** The variables of conformance_plain.cu, as the host and one GPU have them. */
class Mirrored {
  readonly #arena = createArena(2 ** 18);
  readonly #onGpu = plainImage.info.symbols.map(({ sizeBytes }) => new Uint8Array(sizeBytes));
  readonly mirror: SymbolMirror;
  failures = 0;

  constructor() {
    const globals = this.#onGpu.map(({ length }, index) => {
      return { memory: deviceMemoryHandle.parse(index), sizeBytes: length };
    });
    const copyMemory = async (from: MemoryPlace, to: MemoryPlace, sizeBytes: number): Promise<void> => {
      await Promise.resolve();
      if (this.failures > 0) {
        this.failures -= 1;
        throw new Error('not copied');
      }
      this.#at(to).set(this.#at(from).subarray(0, sizeBytes));
    };
    const context = { cuda: { copyMemory }, memory: hostMemoryHandle.parse(HOST) };
    this.mirror = new SymbolMirror(context, new SymbolValues(this.#arena, plainImage), { gpu: 0, globals });
  }

  /** Of `weights`. */
  get host(): Uint8Array {
    return this.#arena.u8.subarray(plainImage.symbolAddresses[0]);
  }

  get gpu(): Uint8Array {
    return this.#onGpu[0]!;
  }

  #at({ memory, offset }: MemoryPlace): Uint8Array {
    const bytes = memory === HOST ? this.#arena.u8 : this.#onGpu[memory]!;
    return bytes.subarray(offset);
  }
}

describe('a mirror of variables', () => {
  it('does not bring back what is older than what the host has written', async () => {
    const mirrored = new Mirrored();
    mirrored.gpu[0] = 7;
    await mirrored.mirror.download();
    mirrored.host[0] = 100;
    await mirrored.mirror.download();
    expect([mirrored.host[0], mirrored.gpu[0]]).toEqual([100, 7]);
    await mirrored.mirror.upload();
    expect([mirrored.host[0], mirrored.gpu[0]]).toEqual([100, 100]);
    mirrored.gpu[0] = 8;
    await mirrored.mirror.download();
    expect(mirrored.host[0]).toBe(8);
  });

  it('repeats a copy that has failed', async () => {
    const mirrored = new Mirrored();
    mirrored.host[0] = 100;
    mirrored.failures = 1;
    await expect(mirrored.mirror.upload()).rejects.toThrow('not copied');
    await mirrored.mirror.upload();
    expect(mirrored.gpu[0]).toBe(100);
  });
});
