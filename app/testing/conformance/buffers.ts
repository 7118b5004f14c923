import { describe, expect, it } from 'vitest';

import { DiscreteMemory } from '../discrete-memory.ts';
import { manyKinds, Point } from '../conformance-buffers.ts';
import type { Actor } from '../../runtime/actor.ts';
import type { BuffersOptions } from '../../runtime/buffers/buffers.ts';
import type { ActorFailure, Program } from '../../runtime/runtime.ts';
import { Bench, codeOf, errorOf, eventually, type OpenBench } from './bench.ts';

interface Total {
  readonly sum: number;
  readonly count: number;
}

class BufferBench extends Bench {
  #program: Program | undefined;

  static override async open(open: OpenBench, options?: Parameters<OpenBench>[0]): Promise<BufferBench> {
    const bench = new BufferBench(await open(options));
    bench.#program = await bench.load('conformance_buffers.cu');
    return bench;
  }

  async start(kernel: string): Promise<Actor> {
    const actor = await this.runtime.launch(this.#program!.kernel(kernel));
    await actor.activate();
    return actor;
  }

  /** `scaler`, which hands what it has scaled on to `summer`. */
  async chain(): Promise<Actor> {
    const scaler = await this.runtime.launch(this.#program!.kernel('scaler'));
    const summer = await this.runtime.launch(this.#program!.kernel('summer'));
    this.runtime.connect(scaler, 'scaled', summer);
    await scaler.activate();
    await summer.activate();
    return scaler;
  }

  /** The one failure that `action` leads to. */
  async failure(action: () => Promise<unknown>): Promise<ActorFailure> {
    const failures: ActorFailure[] = [];
    using _subscription = this.runtime.onDidFailActor.on((failure) => failures.push(failure));
    await action();
    await eventually(() => failures.length > 0, 'the actor has failed');
    return failures[0]!;
  }
}

/** Buffers behave alike on memory that both sides share and on memory that they do not. */
export function describeBuffers(open: OpenBench): void {
  const memories: readonly [string, BuffersOptions][] = [
    ['unified memory', {}],
    ['discrete memory', { memory: (arena) => new DiscreteMemory(arena) }],
  ];
  describe.each(memories)('buffers in %s', (_, buffers) => {
    const openBench = (): Promise<BufferBench> => BufferBench.open(open, { buffers });
    describeUse(openBench);
    describeStates(openBench, buffers.memory !== undefined);
    describeMisuse(openBench);
  });
}

function describeUse(open: () => Promise<BufferBench>): void {
  it('are summed by a handler', async () => {
    await using bench = await open();
    const summer = await bench.start('summer');
    using values = bench.runtime.buffers.from(Float32Array.from({ length: 10_000 }, (_, i) => i));
    expect(await summer.request<Total>({ values })).toEqual({ sum: 49_995_000, count: 10_000 });
    expect(await summer.request<Total>({ values: { buffer: values.buffer } })).toEqual({
      sum: 49_995_000,
      count: 10_000,
    });
  });

  it('are changed in place and handed from actor to actor', async () => {
    await using bench = await open();
    const scaler = await bench.chain();
    using values = bench.runtime.buffers.from(Float32Array.of(1, 2, 3, 4));
    expect(await scaler.request<Total>({ values, factor: 10 })).toEqual({ sum: 100, count: 4 });
    expect(await scaler.request<Total>({ values, factor: 2, first: 1, count: 2 })).toEqual({ sum: 150, count: 4 });
    expect([...values.read()]).toEqual([10, 40, 60, 40]);
  });

  it('hold structs', async () => {
    await using bench = await open();
    const boxer = await bench.start('boxer');
    using points = bench.runtime.buffers.allocate(Point, 3);
    points.set(0, { x: 1, y: -2 });
    points.set(1, { x: -5, y: 4, color: 9 });
    points.set(2, { x: 0, y: 0 });
    expect(points.get(1)).toEqual({ x: -5, y: 4, color: 9 });
    expect(await boxer.request({ points })).toEqual({
      low: { x: -5, y: -2, color: 7 },
      high: { x: 1, y: 4, color: 7 },
    });
  });

  it('hold every scalar type', async () => {
    await using bench = await open();
    const incrementer = await bench.start('incrementer');
    const all = Object.entries(manyKinds).map(([name, kind], index) => {
      return { name, buffer: bench.runtime.buffers.allocate(kind, index + 1, { label: name }) };
    });
    const message = Object.fromEntries(all.map(({ name, buffer }) => [name, buffer]));
    expect(await incrementer.request<Total>(message)).toMatchObject({ count: 78 });
    expect(await incrementer.request<Total>(message)).toMatchObject({ count: 78 });
    for (const { name, buffer } of all) {
      const expected = { i64: 2n, u64: 2n, boolean: 1 }[name] ?? 2;
      expect([name, ...buffer.read()]).toEqual([name, ...Array.from({ length: buffer.length }, () => expected)]);
      buffer.release();
    }
    expect(await incrementer.request<Total>({})).toMatchObject({ count: 0 });
  });

  it('stay in a state', async () => {
    await using bench = await open();
    const keeper = await bench.start('keeper');
    using values = bench.runtime.buffers.from(Float32Array.of(3, 5));
    expect(await keeper.request({ values: null }, { type: 'Samples' })).toEqual({ value: 0 });
    expect(await keeper.request({ values }, { type: 'Samples' })).toEqual({ value: 1 });
    values.write([8], 1);
    values.toDevice();
    expect(await keeper.request({ index: 1 }, { type: 'Recall' })).toEqual({ value: 8 });
  });

  it('are made of arrays in JSON, and come back as handles', async () => {
    await using bench = await open();
    const scaler = await bench.start('scaler');
    await scaler.sendJson({ values: [1, 2, 3], factor: 2 });
    const received = (await scaler.receive())!.json() as { readonly values: { readonly buffer: number } };
    expect([...bench.runtime.buffers.get(received.values).read()]).toEqual([2, 4, 6]);
    expect(bench.runtime.buffers.statistics).toMatchObject({ live: 1, inline: 1 });
    expect(bench.runtime.buffers.leaks).toEqual([]);
    const error = await errorOf(() => scaler.sendJson({ values: [1, 'x'], factor: 2 }));
    expect(error.message).toContain('values[1]: Expected a number');
    expect(bench.runtime.buffers.statistics).toMatchObject({ live: 1 });
  });
}

function describeStates(open: () => Promise<BufferBench>, isDiscrete: boolean): void {
  it('go through their states as both sides write', async () => {
    await using bench = await open();
    const scaler = await bench.chain();
    using values = bench.runtime.buffers.allocate(Float32Array, 100);
    expect(values.state).toBe('uninitialized');
    expect(await errorOf(() => values.read())).toMatchObject({ code: 'InvalidBufferState' });
    values.edit((elements) => elements.fill(1));
    expect(values.state).toBe('host-only');
    expect(await scaler.request<Total>({ values, factor: 1, count: 100 })).toMatchObject({ sum: 100 });
    expect([values.state, values.dirty]).toEqual(['device-dirty', [{ begin: 0, end: 400 }]]);
    values.read();
    expect([values.state, values.dirty]).toEqual(['synchronized', []]);
    values.write([5, 6], 10);
    values.write([7], 12);
    expect([values.state, values.dirty]).toEqual(['host-dirty', [{ begin: 40, end: 52 }]]);
    expect(await scaler.request<Total>({ values, factor: 2, first: 50, count: 1 })).toMatchObject({ sum: 116 });
    expect([values.state, values.dirty]).toEqual(['device-dirty', [{ begin: 192, end: 256 }]]);
    expect(values.get(50)).toBe(2);
    expect(bench.runtime.buffers.statistics.copies).toEqual({
      ...{ uploads: 2, uploadedBytes: isDiscrete ? 412 : 0 },
      ...{ downloads: 2, downloadedBytes: isDiscrete ? 464 : 0 },
    });
  });

  it('that a handler has filled are device-only until the host looks', async () => {
    await using bench = await open();
    const incrementer = await bench.start('incrementer');
    using f64 = bench.runtime.buffers.allocate('f64', 4);
    await incrementer.request({ f64 });
    expect(f64.state).toBe('device-only');
    expect([...f64.read()]).toEqual([1, 1, 1, 1]);
    expect(f64.state).toBe('synchronized');
  });

  it('that the host has not brought to the device are old there where memories differ', async () => {
    await using bench = await open();
    const summer = await bench.start('summer');
    using values = bench.runtime.buffers.from(Float32Array.of(1, 1));
    const handle = { buffer: values.buffer };
    values.write([9]);
    expect(await summer.request<Total>({ values: handle })).toMatchObject({ sum: isDiscrete ? 2 : 10 });
    values.sync();
    expect(await summer.request<Total>({ values: handle })).toMatchObject({ sum: 10 });
  });

  it('written by both sides at once are in conflict until one is kept', async () => {
    await using bench = await open();
    const scaler = await bench.chain();
    using values = bench.runtime.buffers.from(Float32Array.of(1, 2));
    const handle = { buffer: values.buffer };
    values.write([100], 1);
    await scaler.request({ values: handle, factor: 3, count: 1 });
    for (const use of [() => values.read(), () => values.buffer, () => values.write([1]), () => values.sync()])
      expect(await errorOf(use)).toMatchObject({ code: 'BufferConflict' });
    values.keep('device');
    expect(values.read()[0]).toBe(3);
    values.write([100], 1);
    await scaler.request({ values: handle, factor: 2, count: 1 });
    values.keep('host');
    expect(await scaler.request<Total>({ values, factor: 1 })).toMatchObject({ sum: isDiscrete ? 103 : 106 });
  });
}

function describeMisuse(open: () => Promise<BufferBench>): void {
  it('that have been released make a handler fail', async () => {
    await using bench = await open();
    const summer = await bench.start('summer');
    const values = bench.runtime.buffers.from(Float32Array.of(1));
    const id = values.buffer;
    values.release();
    values.release();
    const { fault } = await bench.failure(() => summer.send({ values: { buffer: id } }));
    expect(fault).toMatchObject({
      cause: 'invalid-buffer',
      detail: `the ring::buffer<float> refers to buffer ${id.toString()}, which has been released`,
    });
    expect(bench.deadLetterReasons()).toEqual(['actor-failed']);
    expect(await errorOf(() => values.read())).toMatchObject({ code: 'BufferReleased' });
    expect(await errorOf(() => bench.runtime.buffers.get({ buffer: id }))).toMatchObject({ code: 'BufferReleased' });
    expect(await codeOf(summer.send({ values }))).toBe('ActorFailed');
  });

  it('released while a message waits make its actor fail, though another buffer has the memory by then', async () => {
    await using bench = await open();
    const summer = await bench.start('summer');
    await summer.deactivate();
    const old = bench.runtime.buffers.from(Float32Array.of(1));
    const id = old.buffer;
    await summer.send({ values: old });
    old.release();
    await bench.runtime.device.settled();
    using next = bench.runtime.buffers.from(Float32Array.of(7));
    expect(next.buffer % 2 ** 20).toBe(id % 2 ** 20);
    const { fault } = await bench.failure(() => summer.activate());
    expect(fault.detail).toContain(`buffer ${id.toString()}, which has been released`);
    expect([...next.read()]).toEqual([7]);
  });

  it.each([
    [
      'of another type',
      (bench: BufferBench) => bench.runtime.buffers.from(new Float64Array(4)),
      'whose elements are double',
    ],
    ['of none', () => null, 'the ring::buffer<float> refers to no buffer'],
  ])('handles %s make a handler fail', async (_, make, detail) => {
    await using bench = await open();
    const summer = await bench.start('summer');
    const values = make(bench);
    const { fault } = await bench.failure(() => summer.send({ values }));
    expect(fault.cause).toBe('invalid-buffer');
    expect(fault.detail).toContain(detail);
    values?.release();
  });

  it('have their bounds checked', async () => {
    await using bench = await open();
    using values = bench.runtime.buffers.from(new Float32Array(8));
    const picker = await bench.start('picker');
    expect(await picker.request({ values, index: 7 })).toEqual({ value: 0 });
    const picked = await bench.failure(() => picker.send({ values, index: 8 }));
    const detail = "index 8 is out of bounds for 'ring::buffer' of capacity 8";
    expect(picked.fault).toMatchObject({ cause: 'out-of-bounds', detail });
    expect(await errorOf(() => values.write([1], 8))).toMatchObject({ code: 'BufferRange' });
  });

  it('have the bounds of views checked', async () => {
    await using bench = await open();
    using values = bench.runtime.buffers.from(new Float32Array(8));
    const detail = "index 8 is out of bounds for 'ring::buffer' of capacity 8";
    const scaler = await bench.start('scaler');
    const scaled = await bench.failure(() => scaler.send({ values, factor: 1, first: 4, count: 5 }));
    expect(scaled.fault).toMatchObject({ cause: 'out-of-bounds', detail });
  });
}
