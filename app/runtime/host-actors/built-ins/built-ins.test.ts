import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Actor } from '../../actor.ts';
import { conformanceImage } from '../../../testing/conformance-kernels.ts';
import { Stage } from '../../../testing/stage.ts';
import type { HostActor } from '../host-actor.ts';
import type { HostActorDefinition } from '../host-actor-definition.ts';
import type { FileRecord, HostFiles } from '../host-files.ts';
import { generator } from './generator.ts';
import { replay, type ReplayOptions } from './replay.ts';
import { timer } from './timer.ts';

/** Files of a test: what is read. */
const filesOf = (records: readonly FileRecord[]): HostFiles => ({
  read: () =>
    Promise.resolve(
      (async function* () {
        for (const record of records) yield await Promise.resolve(record);
      })(),
    ),
  write: () => Promise.reject(new Error('nothing is written here')),
});

/** A source on a clock that a test moves, and an actor that passes on what it gets. */
class Scene implements AsyncDisposable {
  readonly stage = new Stage(1);
  readonly received: { readonly atMs: number; readonly sequence: number; readonly value: number }[] = [];
  actor!: Actor;
  source!: HostActor;
  #startMs = 0;

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stage.runtime[Symbol.asyncDispose]();
  }

  static async open(definition: HostActorDefinition, capacity = 1024): Promise<Scene> {
    const scene = new Scene();
    const { runtime, device } = scene.stage;
    const program = await runtime.load(conformanceImage, device.arena.allocateProgram('relay', 16));
    scene.actor = await runtime.launch(program.kernel('relay'), { queue: { capacity } });
    scene.source = runtime.host(definition);
    runtime.connect(scene.source, 'out', scene.actor);
    await scene.stage.drive(scene.actor.activate());
    scene.actor.receiveEach(() => true); // from now on outputs stay in the rings until they are looked at
    scene.#startMs = scene.stage.platform.unixMs();
    await scene.source.start();
    await scene.settle();
    return scene;
  }

  /** Lets everything happen that happens at this moment. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 6; turn++) {
      await new Promise(setImmediate);
      this.stage.platform.pass(0);
      this.#collect();
    }
  }

  /** In steps of a ms, or of `stepMs`. */
  async pass(ms: number, stepMs = 1): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.stage.platform.pass(stepMs);
      await this.settle();
    }
  }

  #collect(): void {
    const atMs = this.stage.platform.unixMs() - this.#startMs;
    for (let step = 0; step < 200; step++) this.stage.device.step();
    this.stage.device.poll();
    this.actor.receiveEach<{ sequence: number; value: bigint }>(({ sequence, value }) => {
      this.received.push({ atMs, sequence, value: Number(value) });
    });
  }

  get times(): number[] {
    return this.received.map(({ atMs }) => atMs);
  }
}

const message = { producer: 1, sequence: '{sequence}', value: '{timeMs}' };

describe('timer', () => {
  test('ticks at delay + n · period, numbers its messages, and ends after the last', async () => {
    await using scene = await Scene.open(timer({ periodMs: 10, delayMs: 5, count: 4, message }));
    const startMs = scene.stage.platform.unixMs();
    await scene.pass(60);
    expect(scene.received).toEqual(
      [0, 1, 2, 3].map((sequence) => ({ atMs: 5 + sequence * 10, sequence, value: startMs + 5 + sequence * 10 })),
    );
    expect(scene.source.isSourceDone).toBe(true);
    expect(scene.source.isIdle).toBe(true);
  });

  test('a tick that passed unseen is missed and counted, and the next ones keep their times', async () => {
    await using scene = await Scene.open(timer({ periodMs: 10, message }));
    await scene.pass(10);
    await scene.pass(35, 35); // the event loop was busy from 10 to 45
    await scene.pass(15);
    expect(scene.times).toEqual([0, 10, 45, 50, 60]);
    expect(scene.source.counters().own).toEqual({ missed: 2 });
    expect(scene.source.isIdle).toBe(false);
  });

  test('stands still while it is paused', async () => {
    await using scene = await Scene.open(timer({ periodMs: 10, message }));
    await scene.pass(12);
    scene.source.pause();
    expect(scene.source.isIdle).toBe(true);
    await scene.pass(100, 10);
    scene.source.resume();
    await scene.pass(20);
    expect(scene.times).toEqual([0, 10, 120, 130]);
    expect(scene.source.counters().own).toEqual({});
  });
});

describe('generator', () => {
  test('keeps its rate whatever the steps of the clock, and sends exactly what rate and duration say', async () => {
    const property = fc.asyncProperty(
      fc.constantFrom(50, 300, 1000, 2500),
      fc.integer({ min: 1, max: 60 }),
      fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 12 }),
      async (rateHz, durationMs, steps) => {
        await using scene = await Scene.open(generator({ message, rateHz, durationMs }));
        let nowMs = 0;
        const total = Math.ceil((durationMs * rateHz) / 1000);
        for (const step of steps) {
          await scene.pass(step, step);
          nowMs += step;
          const due = Math.min(total, Math.floor((nowMs * rateHz) / 1000) + 1);
          expect(scene.source.counters().sent).toBe(due);
        }
        await scene.pass(100, 20);
        expect(scene.received.map(({ sequence }) => sequence)).toEqual(Array.from({ length: total }, (_, n) => n));
        expect(scene.source.isSourceDone).toBe(true);
      },
    );
    await fc.assert(property, { numRuns: 15, seed: 5 });
  });

  test('gives the same messages for the same seed, and others for another', async () => {
    const values = async (seed: number): Promise<number[]> => {
      const fields = { value: { kind: 'uniform', min: 0, max: 1e9 } } as const;
      const definition = generator({ message: { producer: 0, sequence: 0 }, fields, count: 20, seed });
      await using scene = await Scene.open(definition);
      await scene.pass(5);
      return scene.received.map(({ value }) => value);
    };
    const first = await values(1);
    expect(first).toHaveLength(20);
    expect(await values(1)).toEqual(first);
    expect(await values(2)).not.toEqual(first);
  });
});

describe('replay', () => {
  const lines = (...values: object[]): FileRecord[] =>
    values.map((value, index) => ({ line: index + 1, value: value as Record<string, unknown> }));
  const open = (options: Omit<ReplayOptions, 'file'>, records: readonly FileRecord[], file = 'in.jsonl') =>
    Scene.open(replay({ file, ...options }, filesOf(records)));
  const item = (sequence: number): { producer: number; sequence: number } => ({ producer: 0, sequence });

  test('sends as fast as it can, at a rate, or at the pace of a column', async () => {
    const timed = [0, 5, 20].map((t, sequence) => ({ ...item(sequence), t: 1000 + t }));
    await using fast = await open({}, lines(item(0), item(1), item(2)));
    await fast.pass(1);
    expect(fast.received.map(({ sequence }) => sequence)).toEqual([0, 1, 2]);
    await using rate = await open({ rateHz: 100 }, lines(item(0), item(1), item(2)));
    await rate.pass(30);
    expect(rate.times).toEqual([0, 10, 20]);
    await using column = await open({ timeField: 't' }, lines(...timed));
    await column.pass(30);
    expect(column.times).toEqual([0, 5, 20]);
    await using quick = await open({ timeField: 't', speed: 5 }, lines(...timed));
    await quick.pass(30);
    expect(quick.times).toEqual([0, 1, 4]);
  });

  test('the first bad line ends it with its place; what came before has been sent', async () => {
    await using scene = await open({}, lines(item(0), { producer: 0, sequence: -1 }, item(2)));
    await scene.pass(2);
    expect(scene.received).toHaveLength(1);
    expect(scene.source.state).toBe('failed');
    expect(scene.source.error).toMatchObject({
      code: 'BadLine',
      message: expect.stringMatching(/^in\.jsonl:2: .*sequence/),
    });
  });

  test('bad lines are skipped, counted and told where that is wanted', async () => {
    const records: FileRecord[] = [...lines(item(0), { producer: 0 }), { line: 3, problem: 'it is no JSON object.' }];
    const told: string[] = [];
    const definition = replay(
      { file: 'in.jsonl', badLines: 'skip', rateHz: 100 },
      filesOf([...records, ...lines(item(1))]),
    );
    await using scene = await Scene.open(definition);
    scene.source.onDidReport.on((text) => told.push(text));
    await scene.pass(40);
    expect(scene.received.map(({ sequence }) => sequence)).toEqual([0, 1]);
    expect(scene.source.counters().own).toEqual({ badLines: 2 });
    expect(told).toEqual([expect.stringMatching(/^in\.jsonl:2: /), 'in.jsonl:3: it is no JSON object.']);
  });

  test('of envelopes it takes those of its type, at their times', async () => {
    const envelopes = lines(
      { atMs: 50, type: 'Item', message: item(0) },
      { atMs: 55, type: 'Other', message: {} },
      { atMs: 57, type: 'Item', message: item(1) },
    );
    await using scene = await open({ content: 'envelope', timeField: 'atMs' }, envelopes);
    await scene.pass(10);
    expect(scene.times).toEqual([0, 7]);
    expect(scene.source.counters().own).toEqual({ otherTypes: 1 });
  });
});
