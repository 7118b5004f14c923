import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Actor } from '../../app/runtime/actor.ts';
import type { ActorFailure } from '../../app/runtime/runtime.ts';
import { codeOf, errorOf, eventually } from '../../app/testing/conformance/bench.ts';
import { createCompiler, type Compiler } from '../compile/compiler.ts';
import { CpuDevice } from '../devices/cpu/cpu-device.ts';
import { createRuntime, type StudioRuntime } from './create-runtime.ts';
import { compilerFiles, packageRoot } from './package-root.ts';

const MESSAGES = 10_000;
const RELOADS = 20;
const BATCH = MESSAGES / RELOADS;
const root = packageRoot(import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'reload-'));
let compiler: Compiler;

beforeAll(() => void (compiler = createCompiler(compilerFiles(root))));
afterAll(async () => {
  await compiler[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** A file as an editor saves it: the same name, another text. */
function save(source: string): string {
  const path = join(folder, 'live.cu');
  writeFileSync(path, source);
  return path;
}

/** `twist` is what people edit; `failing` goes on line 12, or further down where `before` has more lines. */
function version(twist: string, { before = '', failing = '' } = {}): string {
  return `#include <ring_kernel.cuh>
struct Number { uint64_t value; };
struct Twisted { uint64_t value; uint64_t twisted; };
struct Order { uint32_t what; uint64_t ms = 0; };
struct Facts { uint64_t count; uint32_t calls; uint32_t shared; };
struct LiveState { uint64_t count; };
__device__ uint32_t calls = 7;
${before}
__device__ uint64_t twist(uint64_t value) { return ${twist}; }

__device__ void fail(uint32_t what) {
  if (what == 2) __trap(); ${failing}
}

RING_KERNEL(live, LiveState);
RING_OUTPUT(live, out, Twisted);
RING_ON(live, Number) {
  state.count += 1;
  ctx.emit(out, Twisted{msg.value, twist(msg.value)});
}
RING_ON(live, Order) {
  __shared__ uint32_t shared;
  calls += 1;
  shared += 1;
  fail(msg.what);
  if (msg.what == 1) printf("twist of 1 is %u\\n", static_cast<uint32_t>(twist(1)));
  const uint64_t until = ctx.now() + msg.ms * 1000000;
  while (msg.ms != 0 && ctx.now() < until) {}
  ctx.reply(Facts{state.count, calls, shared});
}
`;
}

interface Facts {
  readonly count: number;
  readonly calls: number;
  readonly shared: number;
}

interface Twisted {
  readonly value: number;
  readonly twisted: number;
}

function open(workers: number): Promise<StudioRuntime> {
  return createRuntime({ workers, compiler, arenaBytes: 2 ** 27, handlerBudgetMs: 60_000 });
}

async function live(runtime: StudioRuntime, twist: string, name = 'live'): Promise<Actor> {
  const program = await runtime.compile(save(version(twist)));
  const actor = await runtime.launch(program.kernel('live'), { name });
  await actor.activate();
  return actor;
}

async function reload(runtime: StudioRuntime, source: string, actors: readonly Actor[]): Promise<void> {
  const program = await runtime.compile(save(source));
  const { unused } = await runtime.reload(program, actors);
  for (const old of unused) await runtime.unload(old);
}

function facts(actor: Actor): Promise<Facts> {
  return actor.request<Facts>({ what: 0 }, { type: 'Order' });
}

async function take(actor: Actor, count: number): Promise<readonly Twisted[]> {
  const answers: Twisted[] = [];
  for await (const message of actor.receiveStream()) {
    answers.push(message.json() as unknown as Twisted);
    if (answers.length === count) break;
  }
  return answers;
}

const double = 'value * 2';
const triple = 'value * 3';

describe.each([1, 2])('hot reload with %i workers', (workers) => {
  it('under 10,000 messages: each answer is the old or the new one, in order, none is missing', async () => {
    await using runtime = await open(workers);
    const actors = [await live(runtime, double), await live(runtime, double, 'second')];
    const taking = actors.map((actor) => take(actor, MESSAGES));
    const sendings: Promise<number>[] = [];
    for (let round = 0; round < RELOADS; round++) {
      const program = await runtime.compile(save(version(round % 2 === 0 ? triple : double)));
      const batch = Array.from({ length: BATCH }, (_, index) => ({ value: round * BATCH + index }));
      for (const actor of actors) sendings.push(actor.sendBatch(batch, { type: 'Number' }));
      const { unused } = await runtime.reload(program, actors);
      for (const old of unused) await runtime.unload(old);
    }
    await Promise.all(sendings);
    const answers = await Promise.all(taking);
    for (const [index, actor] of actors.entries()) {
      expect(answers[index]!.map(({ value }) => value)).toEqual(Array.from({ length: MESSAGES }, (_, value) => value));
      expect(answers[index]!.filter(({ value, twisted }) => ![value * 2, value * 3].includes(twisted))).toEqual([]);
      for (const factor of [2, 3])
        expect(answers[index]!.some(({ value, twisted }) => value > 0 && twisted === value * factor)).toBe(true);
      expect(await facts(actor)).toMatchObject({ count: MESSAGES });
    }
    expect(runtime.deadLetters.total).toBe(0);
  });

  it('under load survives the death of a worker at any time', async () => {
    await using runtime = await open(workers);
    const actor = await live(runtime, double);
    const failures: ActorFailure[] = [];
    runtime.onDidFailActor.on((failure) => failures.push(failure));
    const taking = take(actor, MESSAGES);
    const sending = actor.sendBatch(
      Array.from({ length: MESSAGES }, (_, value) => ({ value })),
      { type: 'Number' },
    );
    const { device } = runtime;
    for (let round = 0; round < 6; round++) {
      const reloading = reload(runtime, version(round % 2 === 0 ? triple : double), [actor]);
      if (device instanceof CpuDevice) await device.killWorker(round % workers);
      const code = await codeOf(reloading);
      if (failures.length > 0) break; // it was in the handler
      expect(code).toBe('no error');
    }
    if (failures.length > 0) {
      expect(failures.map(({ fault }) => fault.cause)).toEqual(['worker-lost']);
      await codeOf(sending); // or it was all sent before
      return;
    }
    await sending;
    expect((await taking).map(({ value }) => value)).toEqual(Array.from({ length: MESSAGES }, (_, value) => value));
    expect(await facts(actor)).toMatchObject({ count: MESSAGES });
  });
});

describe('hot reload', () => {
  it('gives the new version its own static and shared data, prints and source lines', async () => {
    await using runtime = await open(1);
    const actor = await live(runtime, double);
    const printed: string[] = [];
    const faults: ActorFailure[] = [];
    runtime.onDidPrint.on(({ text }) => printed.push(text));
    runtime.onDidFailActor.on((failure) => faults.push(failure));
    expect(await facts(actor)).toEqual({ count: 0, calls: 8, shared: 1 });
    expect(await facts(actor)).toEqual({ count: 0, calls: 9, shared: 2 });
    await reload(runtime, version(triple, { before: '\n\n\n' }), [actor]);
    expect(await facts(actor)).toEqual({ count: 0, calls: 8, shared: 1 });
    await actor.request({ what: 1 }, { type: 'Order' });
    await actor.send({ what: 2 }, { type: 'Order' });
    await eventually(() => faults.length === 1, 'the new version fails');
    expect(await faults[0]!.fault.location).toMatchObject({ file: 'live.cu', line: 12 + 3 });
    await runtime.quiet();
    expect(printed).toEqual(['twist of 1 is 3\n']);
  });

  it('waits for a handler that runs, up to its time limit, and leaves the old version running then', async () => {
    await using runtime = await open(2);
    const [busy, idle] = [await live(runtime, double), await live(runtime, double, 'idle')];
    const program = await runtime.compile(save(version(triple)));
    let isRunning = false;
    runtime.onDidPrint.on(() => (isRunning = true));
    const first = busy.request({ what: 1, ms: 400 }, { type: 'Order' });
    await eventually(() => isRunning, 'the handler runs');
    const error = await errorOf(() => runtime.reload(program, [idle, busy], { timeoutMs: 50 }));
    expect(error.code).toBe('ReloadTimeout');
    expect(error.message).toBe("a handler of 'live#0' ran on for 50 ms: the old version goes on.");
    for (const actor of [busy, idle]) await actor.send({ value: 5 }, { type: 'Number' });
    expect(await take(idle, 1)).toEqual([{ value: 5, twisted: 10 }]);
    const second = busy.request({ what: 0, ms: 100 }, { type: 'Order' });
    await runtime.reload(program, [idle, busy]);
    for (const actor of [busy, idle]) await actor.send({ value: 5 }, { type: 'Number' });
    // The first one lay in the queue behind the handler until the new version came.
    expect(await take(busy, 2)).toEqual([
      { value: 5, twisted: 15 },
      { value: 5, twisted: 15 },
    ]);
    expect(await take(idle, 1)).toEqual([{ value: 5, twisted: 15 }]);
    await first;
    await second;
  });

  it('a hundred times does not take more of the arena', async () => {
    await using runtime = await open(2);
    const actor = await live(runtime, double);
    const { arena } = runtime.device;
    const before = arena.freeBytes;
    const bases = new Set<number>();
    for (let round = 0; round < 100; round++) {
      await reload(runtime, version(round % 2 === 0 ? triple : double), [actor]);
      bases.add(actor.program.image.staticData.address);
    }
    expect(arena.freeBytes).toBe(before);
    expect(bases.size).toBe(2);
    expect(await facts(actor)).toMatchObject({ calls: 8 });
  });
});
