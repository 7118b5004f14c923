import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';

import type { Actor, StudioRuntime } from '../main/index.ts';
import type { BenchContext } from './bench-context.ts';
import { NactEcho } from './nact-actors.ts';
import { PACKET } from './packet.ts';
import { POLICIES, processedBy, sendOrBeRefused } from './policies.ts';
import { PostMessageEcho } from './post-message.ts';
import { summarize } from './rounds.ts';
import { compileKernel, launchActive, openRuntime, until } from './studio.ts';

export const title = 'allocation: bytes of the host’s heap a message, by path and by what a full queue does';

const ROUNDS = 25;
/** V8 compiles what is called often, and code that it has compiled allocates less. */
const WARM_UP_ROUNDS = 200;
/** So few that V8 does not collect while they are on their way. */
const COUNT = 1000;
const CAPACITY = 4096;
const BATCH = Array.from({ length: COUNT }, () => PACKET);

/** A way for `COUNT` messages, of which only `run` is measured. */
interface Path {
  readonly name: string;
  readonly before?: () => Promise<unknown>;
  readonly run: () => unknown;
  readonly after?: () => Promise<unknown>;
  readonly goal?: string;
}

export async function run({ print, record }: BenchContext): Promise<void> {
  await using runtime = await openRuntime();
  await using posting = new PostMessageEcho();
  using nact = new NactEcho();
  const paths: Path[] = [
    ...(await pathsWithRoom(runtime)),
    ...(await pathsThatOverflow(runtime)),
    await actorToActor(runtime),
    { name: 'postMessage and back', run: () => posting.throughput(PACKET, 0, COUNT) },
    { name: 'nact and back', run: () => nact.throughput(() => ({ ...PACKET }), 0, COUNT) },
  ];
  print('the heaps of workers are not looked at: what handles messages there is compiled C++');
  const looking = summarize(await bytesOf({ name: '', run: () => undefined })).median;
  for (const path of paths) {
    const values = (await bytesOf(path)).map((bytes) => Math.max(0, bytes - looking));
    const { median, note } = summarize(values.map((bytes) => bytes / COUNT));
    record({ name: path.name, value: median, unit: 'bytes', note: `${note}${path.goal ?? ''}` });
  }
}

/** By round; after a collection in the midst of it a round is repeated. */
async function bytesOf({ before, run, after }: Path): Promise<number[]> {
  const values: number[] = [];
  for (let round = 0; values.length < ROUNDS; round++) {
    await before?.();
    if (round === WARM_UP_ROUNDS) globalThis.gc?.();
    const usedBefore = process.memoryUsage().heapUsed;
    const pending = run();
    if (pending instanceof Promise) await pending;
    const bytes = process.memoryUsage().heapUsed - usedBefore;
    await after?.();
    if (round >= WARM_UP_ROUNDS && bytes >= 0) values.push(bytes);
  }
  return values;
}

async function pathsWithRoom(runtime: StudioRuntime): Promise<readonly Path[]> {
  const echo = await launchActive(runtime, 'echo', { name: 'in place', queue: { capacity: CAPACITY } });
  const program = await compileKernel(runtime, 'echo');
  const copying = await runtime.launch(program.kernel('echo'), { name: 'copied', queue: { capacity: CAPACITY } });
  await copying.activate();
  const type = echo.messageType();
  const bytes = new Uint8Array(type.sizeBytes);
  const adder = await runtime.launch((await compileKernel(runtime, 'request')).kernel('adder'));
  await adder.activate();
  const arrived = async (actor: Actor): Promise<void> => {
    const goal = processedBy(actor) + COUNT;
    actor.sendEach(COUNT, fill);
    while (processedBy(actor) < goal) await turn();
  };
  const sendAll = (): number => echo.sendEach(COUNT, fill);
  const takeAll = (): Promise<void> => takeBack(echo, COUNT);
  const goal = '; goal 0, beside what a batch costs';
  return [
    { name: 'sendEach', run: sendAll, after: takeAll, goal },
    { name: 'receiveEach', before: () => arrived(echo), run: () => echo.receiveEach(visit), goal },
    { name: 'trySend', run: () => repeat(() => echo.trySend(PACKET)), after: takeAll },
    { name: 'sendBatch', run: () => echo.sendBatch(BATCH), after: takeAll, goal },
    { name: 'await send', run: () => repeatAsync(() => echo.send(PACKET)), after: takeAll },
    { name: 'await sendBytes', run: () => repeatAsync(() => echo.sendBytes(type, bytes)), after: takeAll },
    { name: 'await receive', before: () => arrived(copying), run: () => repeatAsync(() => copying.receive()) },
    { name: 'request → reply', run: () => repeatAsync(() => adder.request({ a: 1, b: 2 })) },
  ];
}

/** To actors that are not active, so that their queues stay full; with `block` to one that is, or nothing would go on. */
async function pathsThatOverflow(runtime: StudioRuntime): Promise<readonly Path[]> {
  const program = await compileKernel(runtime, 'counter');
  const paths: Path[] = [];
  for (const overflow of POLICIES) {
    const queue = { capacity: 16, overflow };
    const actor = await runtime.launch(program.kernel('counter'), { name: overflow, queue });
    if (overflow === 'block') await actor.activate();
    else while (actor.trySend({ by: 1 }) !== undefined);
    const message = { by: 1 };
    const run = (): Promise<void> => repeatAsync(() => sendOrBeRefused(actor, message));
    paths.push({ name: `await send to a full queue, ${overflow}`, run, after: () => turn() });
  }
  return paths;
}

async function actorToActor(runtime: StudioRuntime): Promise<Path> {
  const program = await compileKernel(runtime, 'k2k');
  const source = await runtime.launch(program.kernel('source'));
  const map = await runtime.launch(program.kernel('map'));
  const sink = await runtime.launch(program.kernel('sink'));
  runtime.connect(source, 'numbers', map);
  runtime.connect(map, 'mapped', sink);
  for (const actor of [sink, map, source]) await actor.activate();
  const run = async (): Promise<void> => {
    source.trySend({ count: COUNT });
    await delay(2);
  };
  return { name: 'actor → actor → actor, looked at from the host', run, after: () => runtime.quiet() };
}

function fill(packet: { sequence: number; a: number }, index: number): void {
  packet.sequence = index;
  packet.a = 0.5;
}

let sum = 0;
function visit(packet: { sequence: number }): void {
  sum = (sum + packet.sequence) | 0;
}

async function takeBack(echo: Actor, count: number): Promise<void> {
  let received = 0;
  await until(() => {
    received += echo.receiveEach(visit);
    return received >= count ? 'done' : 'idle';
  });
}

function repeat(step: () => unknown): void {
  for (let i = 0; i < COUNT; i++) step();
}

async function repeatAsync(step: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < COUNT; i++) await step();
}
