import type { Actor, StudioRuntime } from '../main/index.ts';
import type { BenchContext } from './bench-context.ts';
import { recordComparison } from './comparison.ts';
import { medianTime } from './latencies.ts';
import { NACT_DIFFERS, NactEcho } from './nact-actors.ts';
import { PostMessageEcho } from './post-message.ts';
import { interleave } from './rounds.ts';
import { compileSized, openRuntime, until } from './studio.ts';

export const title = 'payload: host → actor → host by size, in place and copied, against postMessage and nact';

const SIZES = [8, 64, 512, 4096, 16_384, 65_536];
const ROUNDS = 3;
const ROUND_MS = 150;
const REQUESTS = 1000;
/** Bytes of a ring's slots, whatever their size. */
const RING_BYTES = 4 * 2 ** 20;
const IN_FLIGHT_BYTES = 2 * 2 ** 20;

export async function run({ print, record }: BenchContext): Promise<void> {
  await using runtime = await openRuntime();
  await using posting = new PostMessageEcho();
  using nact = new NactEcho();
  print(NACT_DIFFERS);
  for (const sizeBytes of SIZES) {
    const capacity = Math.min(4096, 2 ** Math.floor(Math.log2(RING_BYTES / (64 + sizeBytes))));
    const inFlight = Math.max(16, Math.min(512, Math.floor(IN_FLIGHT_BYTES / sizeBytes)));
    const inPlace = await launch(runtime, { sizeBytes, capacity, name: `in place ${sizeBytes}` });
    const copied = await launch(runtime, { sizeBytes, capacity, name: `copied ${sizeBytes}` });
    const bytes = new Uint8Array(sizeBytes);
    const results = await interleave(ROUNDS, [
      { name: 'in place', run: () => exchangeInPlace(inPlace, capacity) },
      { name: 'copied', run: () => exchangeCopies(copied, Math.min(inFlight, capacity)) },
      { name: 'postMessage', run: () => posting.throughput(bytes, ROUND_MS, inFlight) },
      { name: 'nact', run: () => nact.throughput(() => new Uint8Array(sizeBytes), ROUND_MS, inFlight) },
    ]);
    recordComparison(record, { label: `${sizeBytes} B`, unit: 'M msg/s', results });
    const answering = await launch(runtime, {
      sizeBytes,
      capacity: 16,
      name: `answers ${sizeBytes}`,
      kernel: 'answer',
    });
    const question = { words: Array.from({ length: sizeBytes / 4 }, () => 0) };
    const times = await interleave(ROUNDS, [
      { name: 'request', run: () => medianTime(REQUESTS, () => answering.request(question)) },
      { name: 'postMessage', run: () => medianTime(REQUESTS, () => posting.roundTrip(bytes)) },
      { name: 'nact', run: () => medianTime(REQUESTS, () => nact.roundTrip(new Uint8Array(sizeBytes))) },
    ]);
    recordComparison(record, { label: `${sizeBytes} B, p50`, unit: 'µs', results: times });
  }
}

interface PayloadActor {
  readonly sizeBytes: number;
  readonly capacity: number;
  readonly name: string;
  readonly kernel?: 'payload' | 'answer';
}

async function launch(runtime: StudioRuntime, payload: PayloadActor): Promise<Actor> {
  const { sizeBytes, capacity, name, kernel = 'payload' } = payload;
  const program = await compileSized(runtime, 'payload', sizeBytes);
  const actor = await runtime.launch(program.kernel(kernel), { name, queue: { capacity, outbox: 16 } });
  await actor.activate();
  return actor;
}

/** `sendEach` zeroes each slot, the actor copies it, and `receiveEach` is given it: the host keeps no copy. */
async function exchangeInPlace(actor: Actor, capacity: number): Promise<number> {
  const startedAt = performance.now();
  let sent = 0;
  let received = 0;
  await until(() => {
    const before = sent + received;
    const isSending = performance.now() - startedAt < ROUND_MS;
    if (isSending) sent += actor.sendEach(Math.min(256, capacity >> 1), () => undefined);
    received += actor.receiveEach(() => true);
    if (!isSending && received === sent) return 'done';
    return sent + received === before ? 'idle' : 'busy';
  });
  return (received / (performance.now() - startedAt)) * 1000;
}

/** Bytes in, bytes out, both copied, as with postMessage. */
async function exchangeCopies(actor: Actor, inFlight: number): Promise<number> {
  const type = actor.messageType();
  const bytes = new Uint8Array(type.sizeBytes);
  const startedAt = performance.now();
  let sent = 0;
  let received = 0;
  while (performance.now() - startedAt < ROUND_MS || received < sent) {
    for (; sent - received < inFlight && performance.now() - startedAt < ROUND_MS; sent++)
      await actor.sendBytes(type, bytes);
    await actor.receive();
    received++;
  }
  return (received / (performance.now() - startedAt)) * 1000;
}
