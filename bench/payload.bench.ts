import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Actor, StudioRuntime } from '../main/index.ts';
import type { BenchContext } from './bench-context.ts';
import { PostMessageEcho } from './post-message.ts';
import { interleave, ratio } from './rounds.ts';
import { benchCache, openRuntime, root, until } from './studio.ts';

export const title = 'payload: host → actor → host by size, in place and copied, against postMessage of as many bytes';

const SIZES = [8, 64, 512, 4096, 16_384, 65_536];
const ROUNDS = 3;
const ROUND_MS = 150;
/** Bytes of a ring's slots, whatever their size. */
const RING_BYTES = 4 * 2 ** 20;
const IN_FLIGHT_BYTES = 2 * 2 ** 20;

export async function run({ record }: BenchContext): Promise<void> {
  await using runtime = await openRuntime();
  await using posting = new PostMessageEcho();
  for (const sizeBytes of SIZES) {
    const capacity = Math.min(4096, 2 ** Math.floor(Math.log2(RING_BYTES / (64 + sizeBytes))));
    const inFlight = Math.max(16, Math.min(512, Math.floor(IN_FLIGHT_BYTES / sizeBytes)));
    const inPlace = await launch(runtime, { sizeBytes, capacity, name: `in place ${sizeBytes}` });
    const copied = await launch(runtime, { sizeBytes, capacity, name: `copied ${sizeBytes}` });
    const results = await interleave(ROUNDS, [
      { name: 'in place', run: () => exchangeInPlace(inPlace, capacity) },
      { name: 'copied', run: () => exchangeCopies(copied, Math.min(inFlight, capacity)) },
      { name: 'postMessage', run: () => posting.throughput(new Uint8Array(sizeBytes), ROUND_MS, inFlight) },
    ]);
    for (const [name, { median, note }] of Object.entries(results)) {
      const megabytes = ((median * sizeBytes) / 1e6).toPrecision(3);
      record({
        name: `${sizeBytes} B: ${name}`,
        value: median / 1e6,
        unit: 'M msg/s',
        note: `${megabytes} MB/s; ${note}`,
      });
    }
    for (const name of ['in place', 'copied'] as const) {
      const { median, note } = ratio(results[name], results.postMessage);
      record({ name: `${sizeBytes} B: ${name} / postMessage`, value: median, unit: '×', note });
    }
  }
}

interface PayloadActor {
  readonly sizeBytes: number;
  readonly capacity: number;
  readonly name: string;
}

async function launch(runtime: StudioRuntime, { sizeBytes, capacity, name }: PayloadActor): Promise<Actor> {
  const source = readFileSync(join(root, 'bench', 'kernels', 'payload.cu'), 'utf8');
  const folder = join(benchCache, 'payload');
  const file = join(folder, `payload_${sizeBytes}.cu`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, source.replace('kWords = 2', `kWords = ${sizeBytes / 4}`));
  const program = await runtime.compile(file);
  const actor = await runtime.launch(program.kernel('payload'), { name, queue: { capacity, outbox: 16 } });
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
