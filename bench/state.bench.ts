import type { Actor, StudioRuntime } from '../main/index.ts';
import type { BenchContext } from './bench-context.ts';
import { percentile, summarize } from './rounds.ts';
import { compileKernel, openRuntime } from './studio.ts';

export const title = 'state: looks at a running actor, and checkpoints of everything';

const LOAD_MS = 700;
const ROUNDS = 5;
const LOOKS = 300;
const ACTORS = 100;
const QUEUED = 1000;

export async function run({ record }: BenchContext): Promise<void> {
  await using runtime = await openRuntime({ workers: 1 });
  const actor = await runtime.launch((await compileKernel(runtime, 'stateful')).kernel('stateful'));
  await actor.activate();
  await looks(actor, record);
  await loads(actor, record);
  await checkpoints(record);
}

/** One look after the other, while messages flow. */
async function looks(actor: Actor, record: BenchContext['record']): Promise<void> {
  const stop = new AbortController();
  const load = keepBusy(actor, stop.signal);
  const took: number[] = [];
  for (let look = 0; look < LOOKS; look++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const startedAt = performance.now();
    await actor.readState();
    took.push((performance.now() - startedAt) * 1000);
  }
  stop.abort();
  await load;
  const sorted = took.toSorted((a, b) => a - b);
  const note = `${LOOKS} looks under load`;
  record({ name: 'readState p50', value: percentile(sorted, 0.5), unit: 'µs', note });
  record({ name: 'readState p95', value: percentile(sorted, 0.95), unit: 'µs', note });
}

/** What looking costs the actor: messages that it handles less, as time. */
async function loads(actor: Actor, record: BenchContext['record']): Promise<void> {
  const alone: number[] = [];
  const watched: number[] = [];
  const pauses: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const rate = await rateOf(actor, 0);
    const { perSecond, reads } = await rateOf(actor, 1);
    alone.push(rate.perSecond);
    watched.push(perSecond);
    const lost = Math.max(0, 1 - perSecond / rate.perSecond);
    if (reads > 0) pauses.push((lost * LOAD_MS * 1000) / reads);
  }
  const [without, withReads, pause] = [summarize(alone), summarize(watched), summarize(pauses)];
  record({ name: 'messages without looks', value: without.median / 1e6, unit: 'M/s', note: without.note });
  record({ name: 'messages, a look every ms', value: withReads.median / 1e6, unit: 'M/s', note: withReads.note });
  record({ name: '  lost time per look', value: pause.median, unit: 'µs', note: pause.note });
}

async function rateOf(actor: Actor, everyMs: number): Promise<{ readonly perSecond: number; readonly reads: number }> {
  const stop = new AbortController();
  const before = actor.telemetry()[0]!.processed;
  const startedAt = performance.now();
  const load = keepBusy(actor, stop.signal);
  let reads = 0;
  while (performance.now() - startedAt < LOAD_MS) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(everyMs, 1)));
    if (everyMs === 0) continue;
    await actor.readState();
    reads++;
  }
  const handled = actor.telemetry()[0]!.processed - before;
  const seconds = (performance.now() - startedAt) / 1000;
  stop.abort();
  await load;
  return { perSecond: handled / seconds, reads };
}

async function keepBusy(actor: Actor, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    actor.sendEach(256, (message: { value: number }) => (message.value = 1));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function checkpoints(record: BenchContext['record']): Promise<void> {
  await using runtime = await openRuntime();
  const actors = await launchMany(runtime);
  const messages = Array.from({ length: QUEUED }, () => ({ value: 1 }));
  for (const actor of actors) await actor.sendBatch(messages);
  const times: number[] = [];
  let file = new Uint8Array();
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = performance.now();
    file = await runtime.checkpoint();
    times.push(performance.now() - startedAt);
  }
  await using other = await openRuntime();
  await launchMany(other);
  const startedAt = performance.now();
  await other.restore(file);
  const restoredMs = performance.now() - startedAt;
  const { median, note } = summarize(times);
  const what = `${ACTORS} actors, ${QUEUED} messages each`;
  record({ name: 'checkpoint', value: median, unit: 'ms', note: `${what}; ${note}` });
  record({ name: '  its size', value: file.length / 2 ** 20, unit: 'MiB' });
  record({ name: '  restore', value: restoredMs, unit: 'ms' });
}

async function launchMany(runtime: StudioRuntime): Promise<readonly Actor[]> {
  const kernel = (await compileKernel(runtime, 'stateful')).kernel('stateful');
  return runtime.launchAll(Array.from({ length: ACTORS }, (_, index) => ({ kernel, name: `actor${index}` })));
}
