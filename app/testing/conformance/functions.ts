import { describe, expect, it } from 'vitest';

import type { BuffersOptions } from '../../runtime/buffers/buffers.ts';
import type { FunctionLaunchOptions, LaunchFigures } from '../../runtime/functions/functions.ts';
import type { LaunchArgument } from '../../runtime/functions/launch-arguments.ts';
import { LaunchFailure } from '../../runtime/functions/launch-failure.ts';
import type { Program } from '../../runtime/runtime.ts';
import { DiscreteMemory } from '../discrete-memory.ts';
import { Bench, codeOf, errorOf, whereFaultsStay, type Isolated, type OpenBench } from './bench.ts';

const one = { grid: 1, block: 1 } as const;

class FunctionBench extends Bench {
  #plain: Program | undefined;

  static override async open(open: OpenBench, options?: Parameters<OpenBench>[0]): Promise<FunctionBench> {
    const bench = new FunctionBench(await open(options));
    bench.#plain = await bench.load('conformance_plain.cu');
    return bench;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    const { buffers } = this.runtime;
    for (const { id } of buffers.leaks) buffers.get({ buffer: id }).release();
    await super[Symbol.asyncDispose]();
  }

  get plain(): Program {
    return this.#plain!;
  }

  start(name: string, options: FunctionLaunchOptions, ...args: LaunchArgument[]): Promise<LaunchFigures> {
    return this.plain.function(name).launch(options, ...args);
  }

  async failure(name: string, options: FunctionLaunchOptions, ...args: LaunchArgument[]): Promise<LaunchFailure> {
    const error = await errorOf(() => this.start(name, options, ...args));
    if (error instanceof LaunchFailure) return error;
    throw error;
  }
}

export function describeFunctions(open: OpenBench): void {
  const memories: readonly [string, BuffersOptions][] = [
    ['unified memory', {}],
    ['discrete memory', { memory: (arena) => new DiscreteMemory(arena) }],
  ];
  describe.each(memories)('plain functions over %s', (_, buffers) => {
    const openBench = (): Promise<FunctionBench> => FunctionBench.open(open, { buffers });
    describeLaunches(openBench);
    describeSymbols(openBench);
  });
  describe('plain functions', () => {
    const isolated = whereFaultsStay(open);
    const openBench = (): Promise<FunctionBench> => FunctionBench.open(open);
    describeFailures(openBench, isolated);
    describeCompany(openBench, isolated);
    describeMistakes(openBench);
  });
}

function describeLaunches(openBench: () => Promise<FunctionBench>): void {
  it('every thread of every block runs once, and knows its place', async () => {
    await using bench = await openBench();
    const [gx, gy, gz, bx, by, bz] = [3, 2, 2, 4, 3, 2];
    const count = gx * gy * gz * bx * by * bz;
    const { buffers } = bench.runtime;
    const [threads, blocks, visits] = [
      buffers.allocate('u32', count),
      buffers.allocate('u32', count),
      buffers.allocate('u32', count),
    ];
    const shape = { grid: [gx, gy, gz], block: { x: bx, y: by, z: bz } } as const;
    const figures = await bench.start('coordinates', shape, threads, blocks, visits);
    expect(figures).toMatchObject({ blocks: gx * gy * gz, threads: count, device: bench.runtime.device.kind });
    expect(figures.durationMs).toBeGreaterThanOrEqual(0);
    expect([...visits.read()]).toEqual(Array.from({ length: count }, () => 1));
    const perBlock = bx * by * bz;
    for (let index = 0; index < count; index++) {
      const [block, thread] = [Math.floor(index / perBlock), index % perBlock];
      const at = (i: number, x: number, y: number): number =>
        (i % x) + 100 * (Math.floor(i / x) % y) + 10_000 * Math.floor(i / x / y);
      expect([threads.get(index), blocks.get(index)]).toEqual([at(thread, bx, by), at(block, gx, gy)]);
    }
  });

  it('scalars of every kind arrive whole', async () => {
    await using bench = await openBench();
    const out = bench.runtime.buffers.allocate('f64', 12);
    const values = [true, 'A', -128, 255, -32_768, 65_535, -(2 ** 31), 2 ** 32 - 1, -(2n ** 62n), 2n ** 63n, 0.5, -0.1];
    await bench.start('scalars', one, ...values, out);
    const expected = [1, 65, -128, 255, -32_768, 65_535, -(2 ** 31), 2 ** 32 - 1, -(2 ** 62), 2 ** 63, 0.5, -0.1];
    expect([...out.read()]).toEqual(expected);
  });

  it('structs and vectors are objects, whose fields have their defaults', async () => {
    await using bench = await openBench();
    const out = bench.runtime.buffers.allocate('f64', 3);
    await bench.start('structs', one, { b: -4 }, { x: 1, y: 0, z: 0, w: 2 }, out);
    expect([...out.read()]).toEqual([1.5, -4, 3]);
  });

  it('a template is launched by its arguments', async () => {
    await using bench = await openBench();
    const floats = bench.runtime.buffers.from(Float32Array.of(1, 2));
    const ints = bench.runtime.buffers.from(Int32Array.of(5, 6));
    await bench.start('scale<float,3>', { grid: 1, block: 2 }, floats);
    await bench.start('scale<int, 2>', { grid: 1, block: 2 }, ints);
    expect([[...floats.read()], [...ints.read()]]).toEqual([
      [3, 6],
      [10, 12],
    ]);
  });

  it('null is a null pointer', async () => {
    await using bench = await openBench();
    const out = bench.runtime.buffers.allocate('i32', 1);
    await bench.start('optional', one, null, out);
    expect(out.get(0)).toBe(1);
    await bench.start('optional', one, bench.runtime.buffers.allocate('f32', 1), out);
    expect(out.get(0)).toBe(2);
  });

  it('what the host writes between launches is seen, and what they write comes back', async () => {
    await using bench = await openBench();
    const data = bench.runtime.buffers.from(Float32Array.of(1, 10));
    await bench.start('scale<float, 3>', { grid: 1, block: 2 }, data);
    data.write([5], 1);
    await bench.start('scale<float, 3>', { grid: 1, block: 2 }, data);
    expect([...data.read()]).toEqual([9, 15]);
  });
}

function describeSymbols(openBench: () => Promise<FunctionBench>): void {
  it('symbols are written before a launch, and read after it', async () => {
    await using bench = await openBench();
    const { plain, runtime } = bench;
    plain.symbol('weights').write(Float32Array.of(1, 2, 3, 4));
    plain.symbol('offset').write(100);
    const values = runtime.buffers.from(Float32Array.of(1, 1, 1, 1, 2));
    const out = runtime.buffers.allocate('f32', 5);
    await bench.start('weigh', { grid: 2, block: 3 }, values, out, 5);
    expect([...out.read()]).toEqual([101, 102, 103, 104, 102]);
    expect(plain.symbol('weights').read()).toEqual(Float32Array.of(1, 2, 3, 4));
    plain.symbol('weights').write([0.5, 'NaN', 0, 0]);
    expect(plain.symbol('weights').read()).toEqual(Float32Array.of(0.5, NaN, 0, 0));
    expect(plain.symbol('offset').read()).toBe(100);
  });

  it('a wrong value for a symbol names it and its type, and changes nothing', async () => {
    await using bench = await openBench();
    const { plain } = bench;
    plain.symbol('offset').write(3);
    for (const [name, value, message] of [
      ['offset', 1.5, "symbol 'offset' (int32_t): Expected an integer (int32_t), found 1.5."],
      ['offset', 2 ** 31, /^symbol 'offset' \(int32_t\): 2147483648 is out of range/],
      ['weights', Float32Array.of(1), "symbol 'weights' (float[4]): it has 4 elements, and got 1."],
      ['weights', Int32Array.of(1, 2, 3, 4), "symbol 'weights' (float[4]): it takes Float32Array, and got Int32Array."],
      ['weights', [1, 2, 3], "symbol 'weights' (float[4]): Expected 4 elements (float[4]), found 3."],
    ] as const) {
      const error = await errorOf(() => {
        plain.symbol(name).write(value);
      });
      expect(error.code).toBe('InvalidValue');
      expect(error.message).toMatch(message);
    }
    expect(plain.symbol('offset').read()).toBe(3);
  });
}

function describeFailures(openBench: () => Promise<FunctionBench>, isolated: Isolated): void {
  isolated('a fault tells its cause, block and thread, and harms nothing else', async () => {
    await using bench = await openBench();
    const actor = await bench.active('answerer');
    const out = bench.runtime.buffers.allocate('i32', 1);
    const error = await bench.failure('divide', { grid: 10, block: 4 }, 22, out);
    expect(error.code).toBe('LaunchFailed');
    expect(error).toMatchObject({
      faultCause: 'divide-by-zero',
      block: [5, 0, 0],
      thread: [2, 0, 0],
    });
    expect(error.message).toContain('block (5, 0, 0), thread (2, 0, 0)');
    await expect(actor.request({ value: 1 })).resolves.toMatchObject({ value: 2 });
    await bench.start('divide', { grid: 2, block: 4 }, 22, out);
  });

  isolated('a launch that runs longer than its time limit fails as a runaway', async () => {
    await using bench = await openBench();
    const go = bench.runtime.buffers.allocate('i32', 1);
    const error = await bench.failure('spin', { grid: 3, block: 1, timeLimitMs: 100 }, go);
    expect(error.faultCause).toBe('runaway');
    expect(error.message).toContain('100 ms');
    const counter = bench.runtime.buffers.allocate('u32', 1);
    await bench.start('increase', { grid: 5, block: 2 }, counter);
    expect(counter.get(0)).toBe(10);
  });

  isolated('a launch is cancelled by its signal, before it begins and while it runs', async () => {
    await using bench = await openBench();
    const go = bench.runtime.buffers.allocate('i32', 1);
    const controller = new AbortController();
    const reason = new Error('enough');
    const running = bench.start('spin', { grid: 3, block: 1, signal: controller.signal }, go);
    setTimeout(() => {
      controller.abort(reason);
    }, 50);
    await expect(running).rejects.toBe(reason);
    await expect(bench.start('spin', { grid: 1, block: 1, signal: controller.signal }, go)).rejects.toBe(reason);
    const counter = bench.runtime.buffers.allocate('u32', 1);
    await bench.start('increase', { grid: 5, block: 2 }, counter);
    expect(counter.get(0)).toBe(10);
  });
}

function describeCompany(openBench: () => Promise<FunctionBench>, isolated: Isolated): void {
  it('launches run beside each other', async () => {
    await using bench = await openBench();
    const counter = bench.runtime.buffers.allocate('u32', 1);
    const launches = Array.from({ length: 8 }, (_, index) =>
      bench.start('increase', { grid: 10 + index, block: 8, cooperative: index % 2 === 0 }, counter),
    );
    await Promise.all(launches);
    expect(counter.get(0)).toBe(8 * (8 * 10 + 28));
  });

  it('actors go on between the blocks of a launch', async () => {
    await using bench = await openBench();
    const actor = await bench.active('answerer');
    const out = bench.runtime.buffers.allocate('u32', 1);
    let isOver = false;
    const running = bench.start('work', { grid: 3000, block: 1, timeLimitMs: 60_000 }, 200_000, out).then(() => {
      isOver = true;
    });
    await expect(actor.request({ value: 1 })).resolves.toMatchObject({ value: 2 });
    expect(isOver).toBe(false);
    await running;
    expect(out.get(0)).toBe(5);
  });

  it('quiet waits for a launch', async () => {
    await using bench = await openBench();
    const out = bench.runtime.buffers.allocate('u32', 1);
    const running = bench.start('work', { grid: 50, block: 1 }, 50_000, out);
    await bench.runtime.quiet();
    expect(out.get(0)).toBe(5);
    await running;
  });

  it('the memory of a buffer that is released meanwhile is not used again before the end', async () => {
    await using bench = await openBench();
    const { buffers } = bench.runtime;
    const out = buffers.allocate('u32', 64);
    const running = bench.start('work', { grid: 50, block: 1 }, 100_000, out);
    out.release();
    const others = Array.from({ length: 20 }, () => buffers.from(new Uint32Array(64)));
    await running;
    for (const other of others) expect(other.get(0)).toBe(0);
    expect(buffers.statistics.retiringBytes).toBe(0);
  });

  isolated('a program is not unloaded while a function of it runs', async () => {
    await using bench = await openBench();
    const go = bench.runtime.buffers.allocate('i32', 1);
    const controller = new AbortController();
    const running = bench.start('spin', { grid: 1, block: 1, signal: controller.signal }, go);
    expect(await codeOf(bench.runtime.unload(bench.plain))).toBe('ProgramInUse');
    controller.abort();
    await expect(running).rejects.toThrow();
    const { plain } = bench;
    await bench.runtime.unload(plain);
    expect(await codeOf(plain.function('say').launch(one, 1))).toBe('ProgramNotLoaded');
    expect((await errorOf(() => plain.symbol('offset').read())).code).toBe('ProgramNotLoaded');
  });

  it('what threads print is told before the end, by the function', async () => {
    await using bench = await openBench();
    const printed: string[] = [];
    using _subscription = bench.runtime.onDidPrint.on(({ actor, text }) => printed.push(`${actor}: ${text}`));
    await bench.start('say', { grid: 2, block: 1 }, 4);
    expect(printed.sort()).toEqual(['say: said 4 in block 0\n', 'say: said 4 in block 1\n']);
    const own: string[] = [];
    await bench.start('say', { grid: 1, block: 1, onPrint: (text) => own.push(text) }, 5);
    expect([own, printed.length]).toEqual([['said 5 in block 0\n'], 2]);
  });

  isolated('a launch that is under way at the end of the runtime fails', async () => {
    const bench = await openBench();
    const go = bench.runtime.buffers.allocate('i32', 1);
    const running = codeOf(bench.start('spin', { grid: 2, block: 1 }, go));
    await bench[Symbol.asyncDispose]();
    expect(await running).toBe('RuntimeDisposed');
    expect(await codeOf(bench.plain.function('say').launch(one, 1))).toBe('RuntimeDisposed');
  });
}

function describeMistakes(openBench: () => Promise<FunctionBench>): void {
  it('wrong names suggest near ones', async () => {
    await using bench = await openBench();
    const error = await errorOf(() => bench.plain.function('incraese'));
    expect([error.code, error.tip]).toEqual(['FunctionNotFound', expect.stringContaining("'increase'?")]);
    const symbol = await errorOf(() => bench.plain.symbol('wieghts'));
    expect([symbol.code, symbol.tip]).toEqual(['SymbolNotFound', expect.stringContaining("'weights'?")]);
  });

  it('wrong arguments are refused by name, before anything runs', async () => {
    await using bench = await openBench();
    const { buffers } = bench.runtime;
    const floats = buffers.allocate('f32', 4);
    const ints = buffers.allocate('i32', 4);
    const foreign = await openBench();
    const elsewhere = foreign.runtime.buffers.allocate('f32', 4);
    const released = buffers.allocate('f32', 1);
    released.release();
    const cases: readonly (readonly [args: LaunchArgument[], code: string, message: RegExp])[] = [
      [[floats, floats], 'InvalidArgument', /'weigh' takes 3 arguments, and got 2/],
      [[floats, ints, 1], 'InvalidArgument', /argument 2 of 'weigh', .*out: it takes a buffer of float, .* int32_t/],
      [[floats, 5, 1], 'InvalidArgument', /argument 2 .*: it takes a buffer or null, and got 5/],
      [[floats, Float32Array.of(1), 1], 'InvalidArgument', /and got a Float32Array/],
      [[floats, floats, -1], 'InvalidArgument', /argument 3 of 'weigh', .* n: -1 is out of range for uint32_t/],
      [[floats, floats, 0.5], 'InvalidArgument', /argument 3 .*Expected an integer/],
      [[floats, floats, floats], 'InvalidArgument', /argument 3 .*it is a value, and got buffer/],
      [[floats, elsewhere, 1], 'InvalidArgument', /belongs to another runtime/],
      [[floats, released, 1], 'BufferReleased', /has been released/],
    ];
    for (const [args, code, message] of cases) {
      const error = await errorOf(() => bench.start('weigh', one, ...args));
      expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
    }
    await foreign[Symbol.asyncDispose]();
    await bench.start('weigh', one, floats, floats, 1);
  });

  it('grids and blocks beyond the limits are refused', async () => {
    await using bench = await openBench();
    const cases: readonly (readonly [options: FunctionLaunchOptions, message: string])[] = [
      [{ grid: 0, block: 1 }, 'grid.x is 0'],
      [{ grid: [1, 65_536], block: 1 }, 'grid.y is 65536'],
      [{ grid: [65_536, 65_535], block: 1 }, 'is 4294901760, more than'],
      [{ grid: 1, block: 1025 }, 'block.x is 1025'],
      [{ grid: 1, block: [32, 33] }, 'block 32×33×1 is 1056, more than 1024'],
      [{ grid: 1, block: [1, 1, 65] }, 'block.z is 65'],
      [{ grid: 1.5, block: 1 }, 'grid.x is 1.5'],
      [{ ...one, sharedBytes: 240_000 }, 'sharedBytes is 240000'],
      [{ ...one, timeLimitMs: 0 }, 'timeLimitMs is 0'],
    ];
    for (const [options, message] of cases) {
      const error = await errorOf(() => bench.start('say', options, 1));
      expect([error.code, error.message]).toEqual(['InvalidLaunch', expect.stringContaining(message)]);
    }
  });

  it('another device is never taken silently', async () => {
    await using bench = await openBench();
    const own = bench.runtime.device.kind;
    const other = own === 'cpu' ? 'cuda' : 'cpu';
    expect(await codeOf(bench.start('say', { ...one, device: other }, 1))).toBe('DeviceNotAvailable');
    expect(await bench.start('say', { ...one, device: own }, 1)).toMatchObject({ device: own });
  });
}
