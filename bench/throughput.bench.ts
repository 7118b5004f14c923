import { setImmediate as turn } from 'node:timers/promises';

import type { Actor } from '../main/index.ts';
import type { BenchContext } from './bench-context.ts';
import { NACT_DIFFERS, NactEcho } from './nact-actors.ts';
import { buildNative } from './native-program.ts';
import { NativeRing } from './native-ring.ts';
import { PACKET, type Packet } from './packet.ts';
import { PostMessageEcho } from './post-message.ts';
import { interleave, ratio, type Contender } from './rounds.ts';
import { launchActive, openRuntime, until } from './studio.ts';

export const title = 'throughput: host → actor → host, 128-byte slots, messages a second';

const ROUNDS = 7;
const CAPACITY = 4096;
const BATCH = 1024;
const ROUND_MS = 250;

export async function run({ print, record }: BenchContext): Promise<void> {
  await using runtime = await openRuntime();
  const echo = await launchActive(runtime, 'echo', { queue: { capacity: CAPACITY } });
  await using posting = new PostMessageEcho();
  using nact = new NactEcho();
  print(NACT_DIFFERS);
  const contenders: Contender[] = [
    { name: 'sendEach → actor → receiveEach', run: () => sendEach(echo) },
    { name: 'sendBatch → actor → receiveEach', run: () => sendBatch(echo) },
    { name: 'trySend, one by one', run: () => trySend(echo) },
    { name: 'await send, one by one', run: () => send(echo) },
    { name: 'postMessage of the object', run: () => posting.throughput(PACKET, ROUND_MS) },
    { name: 'postMessage of 128 bytes', run: () => posting.throughput(new Uint8Array(128), ROUND_MS) },
    { name: 'nact, the object', run: () => nact.throughput(() => ({ ...PACKET }), ROUND_MS) },
  ];
  const program = await buildNative('ring_echo', ['-O2', '-pthread'], print);
  using native = program === undefined ? undefined : nativeRing(program, BATCH);
  using nativeSingle = program === undefined ? undefined : nativeRing(program, 1);
  if (native && nativeSingle) {
    contenders.push({ name: 'native ring, batches', run: () => native.throughput(ROUND_MS) });
    contenders.push({ name: 'native ring, one by one', run: () => nativeSingle.throughput(ROUND_MS) });
  }
  const results = await interleave(ROUNDS, contenders);
  for (const [name, { median, note }] of Object.entries(results)) {
    record({ name, value: median / 1e6, unit: 'M msg/s', note: `${note} (msg/s)` });
  }
  const compare = (of: string, to: string, goal?: string): void => {
    const [left, right] = [results[of], results[to]];
    if (left === undefined || right === undefined) return;
    const { median, note } = ratio(left, right);
    record({
      name: `${of.split(' ')[0] ?? of} / ${to}`,
      value: median,
      unit: '×',
      note: goal === undefined ? note : `${note}; goal ${goal}`,
    });
  };
  for (const own of ['sendEach → actor → receiveEach', 'sendBatch → actor → receiveEach']) {
    compare(own, 'postMessage of the object', '≥ 40');
    compare(own, 'postMessage of 128 bytes', '≥ 40');
    compare(own, 'nact, the object');
    compare(own, 'native ring, batches', '≥ 0.2');
    compare(own, 'native ring, one by one', '≥ 0.2');
  }
}

function nativeRing(program: string, batch: number): NativeRing {
  return new NativeRing(program, { slotBytes: 128, capacity: CAPACITY, batch });
}

let checksum = 0;
function visit(packet: Packet): void {
  checksum += packet.sequence + packet.a + packet.g;
}

function fill(packet: Packet, index: number): void {
  packet.sequence = index;
  packet.sensor = 7;
  packet.a = index;
  packet.b = 1;
  packet.c = 2;
  packet.d = 3;
  packet.e = 4;
  packet.f = 5;
  packet.g = checksum;
}

async function sendEach(echo: Actor): Promise<number> {
  const startedAt = performance.now();
  let sent = 0;
  let received = 0;
  await until(() => {
    const before = sent + received;
    const isSending = performance.now() - startedAt < ROUND_MS;
    if (isSending) sent += echo.sendEach(BATCH, fill);
    received += echo.receiveEach(visit);
    if (!isSending && received === sent) return 'done';
    return sent + received === before ? 'idle' : 'busy';
  });
  return perSecond(received, startedAt);
}

async function sendBatch(echo: Actor): Promise<number> {
  const batch = Array.from({ length: BATCH }, (_, index) => ({ ...PACKET, sequence: index, a: index }));
  const startedAt = performance.now();
  let sent = 0;
  let received = 0;
  while (performance.now() - startedAt < ROUND_MS) {
    const isSent = settled(echo.sendBatch(batch));
    sent += BATCH;
    received += echo.receiveEach(visit);
    // When the ring is full, the rest of the batch goes as room is signalled, at a turn of the event loop.
    await nothing;
    while (!isSent()) {
      received += echo.receiveEach(visit);
      await turn();
    }
  }
  await until(() => {
    received += echo.receiveEach(visit);
    return received === sent ? 'done' : 'idle';
  });
  return perSecond(received, startedAt);
}

/** The cost of sending alone: outputs are taken between, and not timed. */
async function trySend(echo: Actor): Promise<number> {
  const startedAt = performance.now();
  let elapsedMs = 0;
  let sent = 0;
  let received = 0;
  const receiveUpTo = (goal: number): Promise<void> =>
    until(() => {
      received += echo.receiveEach(visit);
      return received >= goal ? 'done' : 'idle';
    });
  while (performance.now() - startedAt < ROUND_MS) {
    const batchAt = performance.now();
    for (let i = 0; i < BATCH; i++) echo.trySend(PACKET);
    elapsedMs += performance.now() - batchAt;
    sent += BATCH;
    await receiveUpTo(sent - BATCH);
  }
  await receiveUpTo(sent);
  return (sent / elapsedMs) * 1000;
}

async function send(echo: Actor): Promise<number> {
  const startedAt = performance.now();
  let sent = 0;
  let received = 0;
  while (performance.now() - startedAt < ROUND_MS) {
    for (let i = 0; i < 256; i++) await echo.send(PACKET);
    sent += 256;
    received += echo.receiveEach(visit);
  }
  await until(() => {
    received += echo.receiveEach(visit);
    return received === sent ? 'done' : 'idle';
  });
  return perSecond(sent, startedAt);
}

const nothing = Promise.resolve();

function settled(promise: Promise<unknown>): () => boolean {
  let isSettled = false;
  void promise.then(() => (isSettled = true));
  return () => isSettled;
}

function perSecond(count: number, startedAt: number): number {
  return (count / (performance.now() - startedAt)) * 1000;
}
