import type { Actor } from '../../../../app/runtime/actor.ts';
import type { Program } from '../../../../app/runtime/runtime.ts';
import type { StudioRuntime } from '../../../host/create-runtime.ts';
import { CheckFailed } from '../outcome.ts';
import { activate, type Scene } from '../scene.ts';

interface Item {
  sequence: number;
  version: number;
}

/** What `sink` of kernels/verify/messages.cuh has counted. */
export interface Summary {
  readonly received: number;
  readonly disordered: number;
  readonly by_next: number;
  readonly checksum: number;
}

export const CAPACITY = 4096;
/** Of a source at a time: within its outbox. */
export const BURST = 500;
const SEND_AT_ONCE = 1024;
const STALL_MS = 10_000;

/** How many items pass: all that are wanted, but when the time is over no more than the fewest. */
export interface Quota {
  readonly most: number;
  readonly least: number;
  readonly forMs: number;
}

interface Passage {
  readonly count: number;
  readonly durationMs: number;
}

export function exactly(count: number): Quota {
  return { most: count, least: count, forMs: 0 };
}

/** Sends items through an actor and takes them all. */
export async function throughEcho(echo: Actor, { most, least, forMs }: Quota): Promise<Passage> {
  const times = new Uint8Array(most);
  let [sent, taken, disordered, count] = [0, 0, 0, most];
  const fill = (message: Item, index: number): void => {
    message.sequence = sent + index;
    message.version = 0;
  };
  const visit = (message: Item): void => {
    const { sequence } = message;
    if (sequence !== taken) disordered += 1;
    taken += 1;
    if (sequence < count) times[sequence]! += 1;
  };
  const startedMs = performance.now();
  let movedMs = startedMs;
  while (taken < count) {
    if (count > least && performance.now() - startedMs > forMs) count = Math.max(sent, least);
    const before = sent + taken;
    sent += echo.sendEach<Item>(Math.min(SEND_AT_ONCE, count - sent), fill);
    echo.receiveEach<Item>(visit);
    if (sent + taken === before) {
      if (performance.now() - movedMs > STALL_MS) break;
    } else movedMs = performance.now();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const durationMs = performance.now() - startedMs;
  const [missing, repeated] = [
    times.subarray(0, count).filter((n) => n === 0).length,
    times.filter((n) => n > 1).length,
  ];
  if (missing + repeated + disordered > 0 || taken !== count) {
    const found = `${missing} missing, ${repeated} more than once, ${disordered} out of order`;
    throw new CheckFailed(`of ${count} messages ${sent} were sent and ${taken} came back: ${found}`);
  }
  return { count, durationMs };
}

/** Actors that pass on to each other on the device: source → relay → sink. */
export interface Chain {
  readonly source: Actor;
  readonly relay: Actor;
  readonly sink: Actor;
}

/** @param relayGpu where the relay is; the others are on the device's first one */
export async function openChain(runtime: StudioRuntime, program: Program, relayGpu?: number): Promise<Chain> {
  const launch = (kernel: string, gpu?: number): Promise<Actor> =>
    runtime.launch(program.kernel(kernel), { queue: { capacity: CAPACITY }, ...(gpu !== undefined && { gpu }) });
  const [source, relay, sink] = [await launch('source'), await launch('relay', relayGpu), await launch('sink')];
  runtime.connect(source, 'items', relay);
  runtime.connect(relay, 'out', sink);
  for (const actor of [sink, relay, source]) await actor.activate();
  return { source, relay, sink };
}

/** Has the source make items, in bursts, and waits until all have arrived. */
export async function throughChain(
  runtime: StudioRuntime,
  { source }: Chain,
  { most, least, forMs }: Quota,
): Promise<Passage> {
  const startedMs = performance.now();
  let count = 0;
  while (count < most && (count < least || performance.now() - startedMs <= forMs)) {
    const burst = Math.min(BURST, most - count);
    await source.send({ first: count, count: burst });
    count += burst;
  }
  await runtime.quiet();
  return { count, durationMs: performance.now() - startedMs };
}

export async function summaryOf(sink: Actor): Promise<Summary> {
  const { received, disordered, by_next, checksum } = await sink.request<Summary>({}, { type: 'SummaryRequest' });
  return { received, disordered, by_next, checksum };
}

/** What a sink says that has had each of `count` items once, in order. */
export function wholeSummary(count: number, byNext = 0): Summary {
  return { received: count, disordered: 0, by_next: byNext, checksum: (count * (count - 1)) / 2 };
}

/** Nothing was dropped, turned away or left lying. @throws CheckFailed */
export function requireNoLoss(scene: Scene, runtime: StudioRuntime): void {
  scene.requireEqual(runtime.deadLetters.total, 0, 'dead letters');
  scene.requireEqual(runtime.undelivered(), [], 'undelivered messages');
  for (const actor of runtime.actors)
    for (const telemetry of actor.telemetry())
      scene.requireEqual(telemetry.dropped, 0, `messages that ${actor.name} dropped`);
}

export async function openEcho(scene: Scene): Promise<{ readonly runtime: StudioRuntime; readonly echo: Actor }> {
  const runtime = await scene.open();
  const program = await scene.program(runtime, 'messages');
  const echo = await activate(runtime, program, { kernel: 'echo', queue: { capacity: CAPACITY } });
  return { runtime, echo };
}
