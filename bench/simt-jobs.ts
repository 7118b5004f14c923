import type { Actor, StudioRuntime } from '../main/index.ts';
import type { BenchContext } from './bench-context.ts';
import { buildNative, NativeProgram } from './native-program.ts';
import { compileKernel } from './studio.ts';
import type { Contender } from './rounds.ts';
import { alternate } from './timed-rounds.ts';

/** Clang's -O2 makes vectors of loops, for which g++ must be asked; simd128 is what SSE is. */
const NATIVE_FLAGS = ['-O2', '-ftree-vectorize', '-fvect-cost-model=dynamic', '-msse4.1', '-ffp-contract=off'];
const ROUNDS = 12;

interface Job {
  readonly name: string;
  /** Elements, or rows of a square. */
  readonly n: number;
  /** Times that each contender does it in a round. */
  readonly repeats: { readonly block: number; readonly alone: number };
  readonly type: 'Reduce' | 'Scan' | 'Multiply' | 'Saxpy';
  readonly kernel?: 'block' | 'tiles';
  /** Names of the native program's; the first is what ratios are to. */
  readonly native: readonly string[];
}

const JOBS: readonly Job[] = [
  {
    ...{ name: 'reduce 256', n: 256, repeats: { block: 200, alone: 200_000 }, type: 'Reduce', kernel: 'block' },
    native: ['reduce-regrouped', 'reduce'],
  },
  {
    ...{ name: 'reduce 65,536', n: 65_536, repeats: { block: 100, alone: 2000 }, type: 'Reduce', kernel: 'block' },
    native: ['reduce-regrouped', 'reduce'],
  },
  {
    ...{ name: 'scan 4,096', n: 4096, repeats: { block: 5, alone: 5000 }, type: 'Scan', kernel: 'block' },
    native: ['scan'],
  },
  {
    ...{ name: 'product of 512²', n: 512, repeats: { block: 1, alone: 1 }, type: 'Multiply', kernel: 'tiles' },
    native: ['multiply-tiles', 'multiply-rows'],
  },
  { name: 'saxpy 4,096', n: 4096, repeats: { block: 0, alone: 20_000 }, type: 'Saxpy', native: ['saxpy'] },
];

/** Each job by a block of 256 threads, by collectives in one thread, and by native code. */
export async function measureJobs(runtime: StudioRuntime, { print, record }: BenchContext): Promise<void> {
  const [many, one] = [await compileKernel(runtime, 'simt'), await compileKernel(runtime, 'simt_any')];
  const actors = {
    block: await runtime.launch(many.kernel('block')),
    tiles: await runtime.launch(many.kernel('tiles')),
    alone: await runtime.launch(one.kernel('alone')),
  };
  for (const actor of Object.values(actors)) await actor.activate();
  const program = await buildNative('simt', NATIVE_FLAGS, print);
  using native = program === undefined ? undefined : new NativeProgram(program);
  for (const job of JOBS) {
    const { name, kernel, repeats } = job;
    const contenders: Contender[] = [
      { name: 'one thread', run: () => onDevice(runtime, actors.alone, { ...job, rounds: repeats.alone }) },
    ];
    if (kernel) {
      const run = () => onDevice(runtime, actors[kernel], { ...job, rounds: repeats.block });
      contenders.unshift({ name: '256 threads', run });
    }
    if (native) for (const what of job.native) contenders.push({ name: what, run: () => onHost(native, what, job) });
    const results = await alternate(ROUNDS, contenders);
    const reference = results.get(job.native[0]!);
    for (const [contender, { quartile, note }] of results) {
      const isNative = job.native.includes(contender);
      const label = isNative ? `native ${contender}` : contender;
      record({ name: `${name}: ${label}`, value: quartile / 1000, unit: 'µs', note: `${note} (ns)` });
      if (reference && !isNative)
        record({ name: `${name}: ${label} / native`, value: quartile / reference.quartile, unit: '×' });
    }
  }
}

/** Nanoseconds for the job done once, the way of the message shared by all rounds. */
async function onDevice(
  { buffers }: StudioRuntime,
  actor: Actor,
  { n, type, rounds }: Job & { readonly rounds: number },
): Promise<number> {
  const size = type === 'Multiply' ? n * n : n;
  const numbers = Float32Array.from({ length: size }, (_, i) => (i % 7) / 8);
  using from = buffers.from(numbers);
  using to = buffers.allocate(Float32Array, size);
  const messages = {
    Reduce: { values: from, rounds },
    Scan: { values: from, prefixes: to, rounds },
    Multiply: { a: from, b: from, c: to, n },
    Saxpy: { x: from, y: to, a: 0.5, rounds },
  };
  const startedAt = performance.now();
  const { value } = await actor.request<{ value: number }>(messages[type], { type, timeoutMs: 60_000 });
  const ns = ((performance.now() - startedAt) * 1e6) / rounds;
  check(value, expected(type, numbers, { n, rounds }));
  return ns;
}

/** So that nobody is fast because he did something else. */
function expected(type: Job['type'], numbers: Float32Array, { n, rounds }: { n: number; rounds: number }): number {
  if (type === 'Saxpy') return 0.5 * numbers[0]! * rounds;
  if (type === 'Multiply')
    return Array.from({ length: n }, (_, k) => numbers[n + k]! * numbers[k * n + 1]!).reduce(sum);
  return numbers.reduce(sum);
}

const sum = (a: number, b: number): number => a + b;

async function onHost(program: NativeProgram, what: string, { n, repeats, type }: Job): Promise<number> {
  const rounds = repeats.alone;
  const [ns, value] = (await program.ask(`${what} ${n} ${rounds}`)).split(' ').map(Number);
  const size = type === 'Multiply' ? n * n : n;
  check(
    value!,
    expected(
      type,
      Float32Array.from({ length: size }, (_, i) => (i % 7) / 8),
      { n, rounds },
    ),
  );
  return ns! / rounds;
}

function check(value: number, right: number): void {
  if (!(Math.abs(value - right) <= Math.abs(right) * 1e-4)) throw new Error(`the result is ${value}, not ${right}`);
}
