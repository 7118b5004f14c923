import type { Actor, AllocateOptions } from '../main/index.ts';
import type { BenchContext } from './bench-context.ts';
import { interleave, ratio, type Contender } from './rounds.ts';
import { compileKernel, openRuntime } from './studio.ts';

export const title = 'buffers: allocation from the pool and past it, 16 MiB by handle and in messages';

const ROUNDS = 5;
const ALLOCATIONS = 20_000;
const WHOLE_BYTES = 16 * 2 ** 20;
const PART_BYTES = 65_536;

export async function run({ record }: BenchContext): Promise<void> {
  await using pooled = await openRuntime({ workers: 1 });
  await using untracked = await openRuntime({ workers: 1, buffers: { trackAllocations: false } });
  await using unpooled = await openRuntime({ workers: 1, buffers: { maxKeptPerClass: 0 } });
  for (const sizeBytes of [4096, 2 ** 20]) {
    const count = sizeBytes === 4096 ? ALLOCATIONS : 200;
    const cycle = (name: string, runtime: typeof pooled, options: AllocateOptions = {}) => ({
      name,
      run: () => allocationsPerSecond(runtime, { sizeBytes, count, options }),
    });
    const results = await interleave(ROUNDS, [
      cycle('hit', pooled),
      cycle('hit, place not tracked', untracked),
      cycle('hit, not zeroed', pooled, { contents: 'any' }),
      cycle('miss', unpooled),
    ]);
    for (const [name, { median, note }] of Object.entries(results))
      record({ name: `${sizeBytes} B, allocate and release: ${name}`, value: median / 1000, unit: 'k/s', note });
  }
  await handOver(record);
}

function allocationsPerSecond(
  { buffers }: Awaited<ReturnType<typeof openRuntime>>,
  {
    sizeBytes,
    count,
    options,
  }: { readonly sizeBytes: number; readonly count: number; readonly options: AllocateOptions },
): number {
  const startedAt = performance.now();
  for (let i = 0; i < count; i++) buffers.allocate(Uint8Array, sizeBytes, options).release();
  return (count / (performance.now() - startedAt)) * 1000;
}

/** The actor reads all of it either way; what differs is what brings it there. */
async function handOver(record: BenchContext['record']): Promise<void> {
  await using runtime = await openRuntime({ workers: 1 });
  const adder = await runtime.launch((await compileKernel(runtime, 'buffers')).kernel('adder'), {
    queue: { capacity: 64, outbox: 16 },
  });
  await adder.activate();
  using whole = runtime.buffers.allocate(Uint32Array, WHOLE_BYTES / 4);
  whole.edit((words) => words.fill(1));
  const part = new Uint8Array(PART_BYTES).fill(0);
  new Uint32Array(part.buffer).fill(1);
  const timed = (name: string, exchange: () => Promise<{ readonly sum?: unknown }>): Contender => ({
    name,
    run: async () => {
      const startedAt = performance.now();
      const { sum } = await exchange();
      if (sum !== WHOLE_BYTES / 4) throw new Error(`the actor has read ${String(sum)} words`);
      return performance.now() - startedAt;
    },
  });
  const results = await interleave(ROUNDS * 2, [
    { ...timed('by handle', () => adder.request({ words: whole }, { type: 'Whole' })), name: 'by handle' as const },
    { ...timed('in messages', () => inMessages(adder, part)), name: 'in messages' as const },
  ]);
  for (const [name, { median, note }] of Object.entries(results))
    record({ name: `16 MiB ${name} until the actor has read them`, value: median, unit: 'ms', note });
  const { median, note } = ratio(results['in messages'], results['by handle']);
  record({ name: '16 MiB: in messages / by handle', value: median, unit: '×', note });
}

async function inMessages(adder: Actor, part: Uint8Array): Promise<{ readonly sum?: unknown }> {
  const type = adder.messageType('Part');
  for (let sent = 0; sent < WHOLE_BYTES; sent += PART_BYTES) await adder.sendBytes(type, part);
  return adder.request({}, { type: 'Ask' });
}
