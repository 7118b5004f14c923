import type { Actor } from '../../../../app/runtime/actor.ts';
import type { Check } from '../check.ts';
import { activate, timeOf, type Scene } from '../scene.ts';
import {
  BURST,
  CAPACITY,
  exactly,
  openChain,
  openEcho,
  requireNoLoss,
  summaryOf,
  throughChain,
  throughEcho,
  wholeSummary,
  type Quota,
} from './flows.ts';

const LOSS =
  'Messages are lost, repeated or reordered between host and GPU: do not use the CUDA device here. Please report it with this report.';
const SLOW = 'Nothing is wrong with results. See whether other programs use the GPU, and how its clocks are set.';
const GROUP = 'messages';
/** By then the host looks at the GPU's words no more, and has to be woken. */
const PAUSE_MS = 8;
const A_MILLION = 1_000_000;
/** Of one sink. */
const SOURCES = 6;
/** Where a GPU is slow, as many pass as do in this time; but not fewer than these. */
const LONG_ENOUGH_MS = 20_000;
const LEAST = 50_000;

export const messageChecks: readonly Check[] = [
  {
    name: 'exactly-once-echo',
    title: 'each message from the host through an actor comes back once, in order',
    advice: LOSS,
    group: GROUP,
    deadlineMs: 90_000,
    run: exactlyOnceEcho,
  },
  {
    name: 'exactly-once-chain',
    title: 'each message between actors on the GPU arrives once, in order',
    advice: LOSS,
    group: GROUP,
    deadlineMs: 90_000,
    run: exactlyOnceChain,
  },
  {
    name: 'exactly-once-fan-in',
    title: 'each message of several actors to one arrives once',
    advice: LOSS,
    group: GROUP,
    deadlineMs: 90_000,
    run: exactlyOnceFanIn,
  },
  {
    name: 'ledger',
    title: 'the ledger accounts for every delivery',
    advice: LOSS,
    group: GROUP,
    deadlineMs: 60_000,
    run: ledger,
  },
  {
    name: 'latency',
    title: 'a request from the host is answered by an actor',
    advice: SLOW,
    group: GROUP,
    deadlineMs: 60_000,
    run: latency,
  },
  {
    name: 'latency-between-actors',
    title: 'a message goes from actor to actor, one at a time',
    advice: SLOW,
    group: GROUP,
    deadlineMs: 60_000,
    run: latencyBetweenActors,
  },
  {
    name: 'throughput',
    title: 'messages flow over every path',
    advice: SLOW,
    group: GROUP,
    deadlineMs: 60_000,
    run: throughput,
  },
];

async function exactlyOnceEcho(scene: Scene): Promise<void> {
  const { runtime, echo } = await openEcho(scene);
  const { count, durationMs } = await throughEcho(echo, quota(scene));
  await runtime.quiet();
  const [telemetry] = echo.telemetry();
  scene.measure('messages', count, 'messages');
  scene.measure('rate', rate(count, durationMs), 'messages/s');
  scene.requireEqual([telemetry?.processed, telemetry?.sent], [count, count], 'processed and sent by its telemetry');
  requireNoLoss(scene, runtime);
}

async function exactlyOnceChain(scene: Scene): Promise<void> {
  const runtime = await scene.open();
  const chain = await openChain(runtime, await scene.program(runtime, 'messages'));
  const { count, durationMs } = await throughChain(runtime, chain, quota(scene));
  scene.measure('messages', count, 'messages');
  scene.measure('rate', rate(count, durationMs), 'messages/s');
  const processed = chain.relay.telemetry()[0]?.processed;
  scene.requireEqual(processed, count, 'processed by the relay');
  scene.requireEqual(chain.sink.telemetry()[0]?.processed, count, 'processed by the sink');
  scene.requireEqual(
    runtime.channels.map(({ sent }) => sent),
    [count, count],
    'sent over the channels',
  );
  scene.requireEqual(await summaryOf(chain.sink), wholeSummary(count), 'what the sink has counted');
  requireNoLoss(scene, runtime);
}

/** They claim places in one queue at the same time. */
async function exactlyOnceFanIn(scene: Scene): Promise<void> {
  const runtime = await scene.open();
  const program = await scene.program(runtime, 'messages');
  const sink = await activate(runtime, program, { kernel: 'sink', queue: { capacity: 64 } });
  const sources: Actor[] = [];
  for (let index = 0; index < SOURCES; index++) {
    const source = await runtime.launch(program.kernel('source'), { name: `source ${index}` });
    runtime.connect(source, 'items', sink);
    await source.activate();
    sources.push(source);
  }
  const count = scene.amount(100_000, 500); // of each
  const durationMs = await timeOf(async () => {
    for (let first = 0; first < count; first += BURST)
      await Promise.all(sources.map((source) => source.send({ first, count: Math.min(BURST, count - first) })));
    await runtime.quiet();
  });
  scene.measure('messages', SOURCES * count, 'messages');
  scene.measure('rate', rate(SOURCES * count, durationMs), 'messages/s');
  const { received, checksum } = await summaryOf(sink);
  const { received: each, checksum: sum } = wholeSummary(count);
  scene.requireEqual([received, checksum], [SOURCES * each, SOURCES * sum], 'what the sink has counted');
  requireNoLoss(scene, runtime);
}

async function ledger(scene: Scene): Promise<void> {
  const count = scene.amount(50_000, 1000);
  const runtime = await scene.open({ ledger: true });
  const chain = await openChain(runtime, await scene.program(runtime, 'messages'));
  const { ledger: account } = runtime;
  scene.require(account !== undefined, 'the runtime has no ledger');
  await throughChain(runtime, chain, exactly(count));
  const { begun, processed, open, dropped, deadLettered } = account.totals;
  const deliveries = Math.ceil(count / BURST) + 2 * count;
  scene.measure('deliveries', begun, 'deliveries');
  scene.requireEqual(
    [begun, processed, open],
    [deliveries, deliveries, 0],
    'deliveries that began, were processed, are open',
  );
  scene.requireEqual([dropped.size, deadLettered.size], [0, 0], 'reasons of drops and of dead letters');
  scene.requireEqual(account.audit(), [], 'ends without a beginning');
}

async function latency(scene: Scene): Promise<void> {
  const runtime = await scene.open();
  const actor = await activate(runtime, await scene.program(runtime, 'messages'), { kernel: 'answerer' });
  const ask = async (value: number): Promise<void> => {
    const answer = await actor.request<{ value: number }>({ value });
    scene.requireEqual(answer.value, value + 1, `the answer to ${value}`);
  };
  for (let value = 0; value < scene.amount(500, 5); value++) await ask(value);
  const busy: number[] = [];
  for (let value = 0; value < scene.amount(20_000, 50); value++) busy.push(await timeOf(() => ask(value)));
  scene.measureTimes('busy', busy, 'µs');
  const rested: number[] = [];
  for (let value = 0; value < scene.amount(100, 5); value++) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    rested.push(await timeOf(() => ask(value)));
  }
  scene.measureTimes('after a pause', rested, 'µs');
}

/** A token that goes from one to the other and back. */
async function latencyBetweenActors(scene: Scene): Promise<void> {
  const runtime = await scene.open();
  const program = await scene.program(runtime, 'messages');
  const ping = await runtime.launch(program.kernel('hop'), { name: 'ping' });
  const pong = await runtime.launch(program.kernel('hop'), { name: 'pong' });
  runtime.connect(ping, 'next', pong);
  runtime.connect(pong, 'next', ping);
  for (const actor of [ping, pong]) await actor.activate();
  const hops = scene.amount(1000, 20); // even: it ends where it began
  const times: number[] = [];
  for (let round = 0; round < scene.amount(200, 3); round++) {
    const goRound = (): Promise<unknown> => Promise.all([ping.receive(), ping.send({ hops })]);
    times.push((await timeOf(goRound)) / hops);
  }
  scene.measureTimes('hop', times, 'µs');
  const rested: number[] = [];
  for (let round = 0; round < scene.amount(100, 5); round++) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    rested.push(await timeOf(() => Promise.all([ping.receive(), ping.send({ hops: 2 })])));
  }
  scene.measureTimes('host → ping → pong → ping → host after a rest', rested, 'µs');
  const processed = [ping, pong].map((actor) => actor.telemetry()[0]?.processed);
  const rounds = times.length;
  const wanted = [(hops / 2 + 1) * rounds + 2 * rested.length, (hops / 2) * rounds + rested.length];
  scene.requireEqual(processed, wanted, 'processed by both');
}

async function throughput(scene: Scene): Promise<void> {
  const runtime = await scene.open();
  const program = await scene.program(runtime, 'messages');
  const count = scene.amount(200_000, 1000);
  const all = exactly(count);
  const echo = await activate(runtime, program, { kernel: 'echo', queue: { capacity: CAPACITY } });
  await throughEcho(echo, exactly(scene.amount(10_000, 100)));
  scene.measure('host → actor → host', rate(count, (await throughEcho(echo, all)).durationMs), 'messages/s');
  const chain = await openChain(runtime, program);
  scene.measure(
    'actor → actor → actor',
    rate(count, (await throughChain(runtime, chain, all)).durationMs),
    'messages/s',
  );
  const target = await activate(runtime, program, { kernel: 'sink', name: 'batches', queue: { capacity: CAPACITY } });
  const batch = Array.from({ length: 1000 }, (_, sequence) => ({ sequence }));
  const durationMs = await timeOf(async () => {
    for (let sent = 0; sent < count; sent += batch.length) await target.sendBatch(batch, { type: 'Item' });
    await runtime.quiet();
  });
  scene.measure('host → actor, batches of 1,000', rate(count, durationMs), 'messages/s');
  scene.requireEqual((await summaryOf(target)).received, count, 'messages of batches that arrived');
}

function quota(scene: Scene): Quota {
  return scene.isQuick ? exactly(2000) : { most: A_MILLION, least: LEAST, forMs: LONG_ENOUGH_MS };
}

function rate(count: number, durationMs: number): number {
  return count / (durationMs / 1000);
}
