import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Actor } from '../../../app/runtime/actor.ts';
import type { ActorFailure } from '../../../app/runtime/runtime.ts';
import { createCompiler, type Compiler } from '../../compile/compiler.ts';
import { createRuntime, type StudioRuntime } from '../../host/create-runtime.ts';
import { compilerFiles, packageRoot } from '../../host/package-root.ts';
import { CpuDevice } from './cpu-device.ts';

const root = packageRoot(import.meta.url);
const source = join(root, 'kernels', 'test', 'faults.cu');
let compiler: Compiler;

beforeAll(() => void (compiler = createCompiler(compilerFiles(root))));
afterAll(() => compiler[Symbol.asyncDispose]());

interface Ledger {
  readonly received: number;
  readonly repeated: number;
  readonly backwards: number;
}

const SMALL = { queue: { capacity: 16 } };
const BURSTS = 4;
const BURST = 1000;

interface Network {
  readonly spouts: readonly Actor[];
  readonly hops: readonly Actor[];
  readonly ledger: Actor;
}

/** Four spouts, each with a hop of its own, into one that they share, into a ledger. */
async function network(runtime: StudioRuntime): Promise<Network> {
  const program = await runtime.compile(source);
  const launch = (kernel: string, names: readonly string[]) =>
    runtime.launchAll(names.map((name) => ({ kernel: program.kernel(kernel), name, ...SMALL })));
  const spouts = await launch('spout', ['spout0', 'spout1', 'spout2', 'spout3']);
  const hops = await launch('hop', ['hop0', 'hop1', 'hop2', 'hop3', 'shared']);
  const [ledger] = await launch('ledger', ['ledger']);
  for (const [index, spout] of spouts.entries()) {
    runtime.connect(spout, 'next', hops[index]!);
    runtime.connect(hops[index]!, 'next', hops[4]!);
  }
  runtime.connect(hops[4]!, 'next', ledger!);
  for (const actor of [...spouts, ...hops, ledger!]) await actor.activate();
  return { spouts, hops, ledger: ledger! };
}

function cpuOf({ device }: StudioRuntime): CpuDevice {
  if (!(device instanceof CpuDevice)) throw new Error('not on the CPU device');
  return device;
}

const processed = (actor: Actor): number => actor.telemetry()[0]?.processed ?? 0;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function killUnderLoad(
  workers: number,
  kill: (device: CpuDevice, round: number) => Promise<unknown>,
): Promise<void> {
  await using runtime = await createRuntime({ workers, compiler, arenaBytes: 2 ** 28 });
  const failures: ActorFailure[] = [];
  runtime.onDidFailActor.on((failure) => failures.push(failure));
  let lostTickets = 0; // more than dead letters are kept
  runtime.deadLetters.onDidArrive.on(({ type }) => (lostTickets += type?.name === 'Ticket' ? 1 : 0));
  const { spouts, hops, ledger } = await network(runtime);
  for (let burst = 0; burst < BURSTS; burst++)
    for (const [producer, spout] of spouts.entries())
      await spout.send({ producer, first: burst * BURST, count: BURST });
  for (let round = 0; round < 6; round++) {
    await pause(3 + round);
    await kill(cpuOf(runtime), round);
  }
  await runtime.quiet();
  checkAccounts(runtime, { spouts, hops, ledger }, lostTickets);
  expect(failures.filter(({ fault }) => fault.cause !== 'worker-lost')).toEqual([]);
  expect(runtime.deadLetters.counts.get('actor-failed') ?? 0).toBe(failures.length);
  if (ledger.state !== 'active') return;
  const arrived = processed(ledger);
  const state = await ledger.request<Ledger>({ nothing: 0 }, { type: 'Ask' });
  expect(state).toEqual({ received: arrived, repeated: 0, backwards: 0 });
}

/** Every ticket that a spout has sent has arrived, waits somewhere, or is a dead letter; telemetry is exact. */
function checkAccounts(runtime: StudioRuntime, { spouts, hops, ledger }: Network, lostTickets: number): void {
  const sent = spouts.reduce((sum, spout) => sum + (spout.telemetry()[0]?.sent ?? 0), 0);
  const waiting = runtime.undelivered().filter(({ actor }) => !actor.startsWith('spout'));
  const undelivered = waiting.reduce((sum, { count }) => sum + count, 0);
  expect({ sent }).toEqual({ sent: processed(ledger) + undelivered + lostTickets });
  for (const hop of hops) {
    const [telemetry] = hop.telemetry();
    expect(telemetry?.sent).toBe(telemetry?.processed);
  }
  for (const actor of [...spouts, ...hops, ledger])
    expect(actor.telemetry()[0]?.latencyNs?.count ?? 0).toBe(processed(actor));
}

describe('a worker that is killed under load', () => {
  it.each([1, 2])('loses no message and sends none twice, of %i', async (workers) => {
    await killUnderLoad(workers, (device, round) => device.killWorker(round % workers));
  });

  it('may die together with the other one', async () => {
    await killUnderLoad(2, (device) => Promise.all([device.killWorker(0), device.killWorker(1)]));
  });

  it('gives back the slots of what it had processed, so that senders go on', async () => {
    for (let round = 0; round < 5; round++) {
      await using runtime = await createRuntime({ workers: 1, compiler, arenaBytes: 2 ** 28 });
      const program = await runtime.compile(source);
      const healthy = await runtime.launch(program.kernel('healthy'), SMALL);
      await healthy.activate();
      const sending = healthy.sendBatch(
        Array.from({ length: 20_000 }, (_, sequence) => ({ producer: 0, sequence })),
        { type: 'Item' },
      );
      for (let kill = 0; kill < 3; kill++) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        await cpuOf(runtime).killWorker(0);
      }
      const outcome = await sending.catch(() => 'failed');
      expect(outcome).toBe(healthy.state === 'failed' ? 'failed' : 20_000);
      await runtime.quiet();
      if (healthy.state === 'active') expect(processed(healthy)).toBe(20_000);
    }
  });

  it('leaves actors that had failed before as they are', async () => {
    await using runtime = await createRuntime({ workers: 1, compiler, arenaBytes: 2 ** 28 });
    const program = await runtime.compile(source);
    const fragile = await runtime.launch(program.kernel('fragile'));
    const healthy = await runtime.launch(program.kernel('healthy'), SMALL);
    const failures: ActorFailure[] = [];
    runtime.onDidFailActor.on((failure) => failures.push(failure));
    await fragile.activate();
    await healthy.activate();
    await fragile.send({ kind: 11 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(fragile.state).toBe('failed');
    await cpuOf(runtime).killWorker(0);
    await healthy.send({ producer: 0, sequence: 0 }, { type: 'Item' });
    await runtime.quiet();
    expect(failures.map(({ fault }) => fault.cause)).toEqual(['trap']);
    expect(runtime.deadLetters.total).toBe(1);
    expect(processed(healthy)).toBe(1);
    expect(await healthy.request({ nothing: 0 }, { type: 'Ask' })).toEqual({ received: 1, disordered: 0 });
  });

  it('ends the actor whose handler it ran, and nobody else', async () => {
    await using runtime = await createRuntime({ workers: 1, compiler, arenaBytes: 2 ** 28 });
    const program = await runtime.compile(source);
    const slow = await runtime.launch(program.kernel('slow'));
    const healthy = await runtime.launch(program.kernel('healthy'), SMALL);
    const failure = new Promise<ActorFailure>((resolve) => runtime.onDidFailActor.on(resolve));
    await slow.activate();
    await healthy.activate();
    const messageId = await slow.send({ kind: 1000 });
    const waiting = healthy.sendBatch(
      Array.from({ length: 100 }, (_, sequence) => ({ producer: 0, sequence })),
      { type: 'Item' },
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    await cpuOf(runtime).killWorker(0);
    const { fault, instance } = await failure;
    expect(fault.cause).toBe('worker-lost');
    expect(instance.failedMessageId).toBe(messageId);
    expect(runtime.deadLetters.kept).toMatchObject([{ reason: 'actor-failed', messageId, to: 'slow#0' }]);
    await waiting;
    expect(await healthy.request({ nothing: 0 }, { type: 'Ask' })).toEqual({ received: 100, disordered: 0 });
  });

  it('answers what was asked while it was gone', async () => {
    await using runtime = await createRuntime({ workers: 1, compiler, arenaBytes: 2 ** 28 });
    const program = await runtime.compile(source);
    const healthy = await runtime.launch(program.kernel('healthy'));
    await healthy.activate();
    const killing = cpuOf(runtime).killWorker(0);
    const launching = runtime.launch(program.kernel('hop'));
    expect(await healthy.request({ nothing: 0 }, { type: 'Ask' })).toEqual({ received: 0, disordered: 0 });
    await killing;
    await (await launching).activate();
  });

  it('is mended once more when the thread dies again in its own repair', async () => {
    await using runtime = await createRuntime({ workers: 2, compiler, arenaBytes: 2 ** 28 });
    const program = await runtime.compile(source);
    const healthy = await runtime.launch(program.kernel('healthy'), { instances: 2 });
    await healthy.activate();
    for (let round = 0; round < 5; round++) {
      const first = cpuOf(runtime).killWorker(0);
      await pause(round * 3);
      await Promise.all([first, cpuOf(runtime).killWorker(0)]);
    }
    for (const instance of [0, 1])
      expect(await healthy.request({ nothing: 0 }, { type: 'Ask', instance })).toEqual({ received: 0, disordered: 0 });
  });

  it('does not keep the device from being disposed, though another worker is in a runaway handler', async () => {
    const runtime = await createRuntime({ workers: 2, compiler, arenaBytes: 2 ** 28, handlerBudgetMs: 60_000 });
    const program = await runtime.compile(source);
    const slow = await runtime.launch(program.kernel('slow'), { instances: 2 });
    await slow.activate();
    await slow.send({ kind: 30_000 }, { instance: 0 });
    await pause(20);
    void cpuOf(runtime).killWorker(1);
    await pause(20);
    await runtime[Symbol.asyncDispose]();
    expect(slow.state).toBe('active');
  });
});
