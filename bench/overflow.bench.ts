import { setImmediate as turn } from 'node:timers/promises';

import type { Actor, StudioRuntime } from '../main/index.ts';
import type { BenchContext } from './bench-context.ts';
import { type Baseline, recordComparison } from './comparison.ts';
import { medianTime } from './latencies.ts';
import { NACT_DIFFERS, NactEcho } from './nact-actors.ts';
import { PACKET, type Packet } from './packet.ts';
import { POLICIES, processedBy, sendOrBeRefused } from './policies.ts';
import { PostMessageEcho } from './post-message.ts';
import { interleave, type Contender } from './rounds.ts';
import { compileKernel, openRuntime, until } from './studio.ts';

export const title = 'overflow: host → actor → host by policy, with room and without, against postMessage and nact';

const ROUNDS = 5;
const ROUND_MS = 150;
const CAPACITY = 4096;
const IN_FLIGHT = 512;
const REQUESTS = 1000;
const MESSAGE = { by: 1 };
const QUESTION = { a: 1, b: 2 };

type Policy = (typeof POLICIES)[number];
type Name = Policy | Baseline;
type NamedContender = Contender & { readonly name: Name };

export async function run({ print, record }: BenchContext): Promise<void> {
  await using runtime = await openRuntime();
  await using posting = new PostMessageEcho();
  using nact = new NactEcho();
  print(NACT_DIFFERS);
  print('postMessage has no bound either: only what happens with room can be compared');

  const echoes = await launchByPolicy(runtime, 'echo', CAPACITY);
  for (const { actor } of echoes) actor.receiveEach(() => true);
  for (const [label, send] of [
    ['with room, sendEach', sendTogether],
    ['with room, await send', sendOneByOne],
  ] as const) {
    const contenders: NamedContender[] = [
      ...echoes.map(({ policy, actor }) => ({ name: policy, run: () => withRoom(actor, send) })),
      { name: 'postMessage', run: () => posting.throughput(PACKET, ROUND_MS, IN_FLIGHT) },
      { name: 'nact', run: () => nact.throughput(() => ({ ...PACKET }), ROUND_MS, IN_FLIGHT) },
    ];
    const results = await interleave<Name>(ROUNDS, contenders);
    recordComparison(record, { label, unit: 'M msg/s', results });
  }

  const adders = await launchByPolicy(runtime, 'request', CAPACITY, 'adder');
  const asking: NamedContender[] = [
    ...adders.map(({ policy, actor }) => ({
      name: policy,
      run: () => medianTime(REQUESTS, () => actor.request(QUESTION)),
    })),
    { name: 'postMessage', run: () => medianTime(REQUESTS, () => posting.roundTrip(QUESTION)) },
    { name: 'nact', run: () => medianTime(REQUESTS, () => nact.roundTrip(QUESTION)) },
  ];
  const times = await interleave<Name>(ROUNDS, asking);
  recordComparison(record, { label: 'with room, request p50', unit: 'µs', results: times });

  await overruns(runtime, record);
}

interface ByPolicy {
  readonly policy: Policy;
  readonly actor: Actor;
}

async function launchByPolicy(
  runtime: StudioRuntime,
  file: string,
  capacity: number,
  kernel = file,
): Promise<readonly ByPolicy[]> {
  const program = await compileKernel(runtime, file);
  const specs = POLICIES.map((overflow) => ({
    kernel: program.kernel(kernel),
    name: `${kernel} ${capacity} ${overflow}`,
    queue: { capacity, overflow },
  }));
  const actors = await runtime.launchAll(specs);
  await Promise.all(actors.map((actor) => actor.activate()));
  return POLICIES.map((policy, index) => ({ policy, actor: actors[index]! }));
}

type SendSome = (echo: Actor) => number | Promise<number>;

function sendTogether(echo: Actor): number {
  return echo.sendEach(IN_FLIGHT, (packet: Packet) => void (packet.sequence = 1));
}

async function sendOneByOne(echo: Actor): Promise<number> {
  for (let i = 0; i < IN_FLIGHT; i++) await echo.send(PACKET);
  return IN_FLIGHT;
}

/** The host waits before the queue can be full, and takes outputs in place. */
async function withRoom(echo: Actor, sendSome: SendSome): Promise<number> {
  const startedAt = performance.now();
  let sent = 0;
  let received = 0;
  const takeUpTo = (goal: number): Promise<void> =>
    until(() => {
      received += echo.receiveEach(() => true);
      return received >= goal ? 'done' : 'idle';
    });
  while (performance.now() - startedAt < ROUND_MS) {
    sent += await sendSome(echo);
    await takeUpTo(sent + IN_FLIGHT - CAPACITY);
  }
  await takeUpTo(sent);
  return (received / (performance.now() - startedAt)) * 1000;
}

/** The host sends as fast as it can to a queue of 16. */
async function overruns(runtime: StudioRuntime, record: BenchContext['record']): Promise<void> {
  const counters = await launchByPolicy(runtime, 'counter', 16);
  const totals = new Map<string, { sent: number; processed: number }>(
    POLICIES.map((policy) => [policy, { sent: 0, processed: 0 }]),
  );
  const results = await interleave(
    ROUNDS,
    counters.map(({ policy, actor }) => ({
      name: policy,
      run: async () => {
        const before = processedBy(actor);
        const startedAt = performance.now();
        const sent = await overrun(actor);
        const elapsedMs = performance.now() - startedAt;
        await runtime.quiet();
        const total = totals.get(policy)!;
        total.sent += sent;
        total.processed += processedBy(actor) - before;
        return (sent / elapsedMs) * 1000;
      },
    })),
  );
  for (const [policy, { median, note }] of Object.entries(results)) {
    const { sent, processed } = totals.get(policy)!;
    const arrived = `${((processed / sent) * 100).toPrecision(3)} % arrive; `;
    record({ name: `overrun, ${policy}`, value: median / 1e6, unit: 'M msg/s', note: `${arrived}${note} (msg/s)` });
  }
}

/** How many were sent, those among them that were refused. */
async function overrun(actor: Actor): Promise<number> {
  const startedAt = performance.now();
  let sent = 0;
  while (performance.now() - startedAt < ROUND_MS) {
    for (let i = 0; i < IN_FLIGHT; i++) await sendOrBeRefused(actor, MESSAGE);
    sent += IN_FLIGHT;
    await turn(); // what is dropped is told to the host at a turn of the event loop, which `send` alone does not wait for
  }
  return sent;
}
