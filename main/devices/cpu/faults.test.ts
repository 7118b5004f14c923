import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { FaultCause } from '../../../app/device/device.ts';
import type { Actor } from '../../../app/runtime/actor.ts';
import type { ActorFailure } from '../../../app/runtime/runtime.ts';
import { createCompiler, type Compiler } from '../../compile/compiler.ts';
import { createRuntime, type StudioRuntime } from '../../host/create-runtime.ts';
import { compilerFiles, packageRoot } from '../../host/package-root.ts';

const root = packageRoot(import.meta.url);
const source = join(root, 'kernels', 'test', 'faults.cu');
const lines = readFileSync(source, 'utf8').split('\n');
let compiler: Compiler;

beforeAll(() => void (compiler = createCompiler(compilerFiles(root))));
afterAll(() => compiler[Symbol.asyncDispose]());

function linesOf(mark: string): number[] {
  return lines.flatMap((line, index) => (line.endsWith(`// line: ${mark}`) ? [index + 1] : []));
}

interface Scene {
  readonly runtime: StudioRuntime;
  readonly fragile: Actor;
  readonly healthy: Actor;
  readonly slow: Actor;
  readonly failure: Promise<ActorFailure>;
}

async function scene(run: (scene: Scene) => Promise<void>, { handlerBudgetMs = 150 } = {}): Promise<void> {
  await using runtime = await createRuntime({ workers: 1, compiler, arenaBytes: 2 ** 28, handlerBudgetMs });
  const failure = new Promise<ActorFailure>((resolve) => runtime.onDidFailActor.on(resolve));
  const program = await runtime.compile(source);
  const fragile = await runtime.launch(program.kernel('fragile'));
  const healthy = await runtime.launch(program.kernel('healthy'), { queue: { capacity: 16 } });
  const slow = await runtime.launch(program.kernel('slow'));
  for (const actor of [fragile, healthy, slow]) await actor.activate();
  await run({ runtime, fragile, healthy, slow, failure });
}

/** Sends until it is told to stop; gives how many it sent. */
function load(actor: Actor): { stop: () => Promise<number> } {
  const controller = new AbortController();
  const sending = (async () => {
    let sequence = 0;
    while (!controller.signal.aborted) {
      await actor.send({ producer: 0, sequence: sequence++ }, { type: 'Item' });
      if (sequence % 100 === 0) await new Promise(setImmediate);
    }
    return sequence;
  })();
  return {
    stop: () => {
      controller.abort();
      return sending;
    },
  };
}

async function failureUnderLoad(kind: number, check: (failure: ActorFailure) => Promise<void> | void): Promise<void> {
  await scene(async ({ runtime, fragile, healthy, failure }) => {
    const traffic = load(healthy);
    await fragile.send({ kind: 0 });
    const number = kind === 4 ? -(2 ** 31) : 7;
    const messageId = await fragile.send({ kind, number });
    await fragile.send({ kind: 0 });
    const failed = await failure;
    const sent = await traffic.stop();
    await runtime.quiet();
    expect(failed.instance.label).toBe('fragile#0');
    expect(failed.instance.failedMessageId).toBe(messageId);
    await check(failed);
    expect(runtime.deadLetters.kept).toMatchObject([
      { reason: 'actor-failed', messageId, from: 'host', to: 'fragile#0' },
    ]);
    expect(runtime.deadLetters.kept[0]!.bytes).toEqual(new Uint8Array(Int32Array.of(kind, number).buffer));
    expect(runtime.undelivered()).toEqual([{ actor: 'fragile#0', count: 1, reason: 'actor failed' }]);
    expect(fragile.telemetry()[0]).toMatchObject({ processed: 1, dropped: 1, sent: 0, depth: 1 });
    expect(await healthy.request({ nothing: 0 }, { type: 'Ask' })).toEqual({ received: sent, disordered: 0 });
    await runtime.quiet();
    const [telemetry] = healthy.telemetry();
    expect(telemetry).toMatchObject({ processed: sent + 1, dropped: 0, depth: 0 });
    expect(telemetry?.latencyNs?.count).toBe(sent + 1);
  });
}

describe('a fault hits one actor, and the others on its worker go on', () => {
  it.each([
    [1, 'divide-by-zero', 'divide-constant'],
    [2, 'divide-by-zero', 'divide-variable'],
    [3, 'divide-by-zero', 'remainder'],
    [4, 'integer-overflow', 'quotient'],
    [5, 'out-of-bounds', 'outside'],
    [6, 'bad-indirect-call', 'function'],
    [7, 'runaway', 'loop'],
    [8, 'stack-overflow', 'recursion'],
    [9, 'stack-overflow', 'frame'],
    [10, 'assertion-failed', 'assert'],
    [11, 'trap', 'trap'],
    [12, 'outbox-overflow', 'outbox'],
  ] satisfies [number, FaultCause, string][])('fault %i is %s, at its line', async (kind, cause, mark) => {
    await failureUnderLoad(kind, async ({ fault }) => {
      expect(fault.cause).toBe(cause);
      expect(fault.detail).not.toBe('');
      const location = await fault.location;
      expect(location?.file).toBe('faults.cu');
      expect(linesOf(mark)).toContain(location?.line);
    });
  });

  it.each([
    [20, "index 20 is out of bounds for 'float[16]'", 'local-array'],
    [21, "index 7 is out of bounds for 'int32_t[4]'", 'state-array'],
    [22, "index -1 is out of bounds for 'float[16]'", 'last-array'],
    [23, "index 7 is out of bounds for 'int32_t[3]'", 'rows'],
    [24, "index 8589934599 is out of bounds for 'int32_t[4]'", 'wide-index'],
    [25, "index 7 is out of bounds for 'ring::list' of capacity 4", 'list'],
    [26, "index 8 is out of bounds for 'ring::text' of capacity 8", 'text'],
    [27, "index 16 is out of bounds for 'float[16]'", 'loop-over-array'],
    [28, "index 8 is out of bounds for 'ring::list' of capacity 4", 'list-write'],
    [29, "index 7 is out of bounds for 'uint8_t[7]'", 'constant-table'],
  ])('fault %i: %s, at its line', async (kind, detail, mark) => {
    await failureUnderLoad(kind, async ({ fault }) => {
      expect(fault).toMatchObject({ cause: 'out-of-bounds', detail });
      const location = await fault.location;
      expect([location?.file, location?.line]).toEqual(['faults.cu', linesOf(mark)[0]]);
    });
  });

  it('an endless recursion of doubling has its worker replaced', async () => {
    await failureUnderLoad(13, ({ fault }) => {
      expect(fault.cause).toBe('runaway');
      expect(fault.detail).toBe('the handler ran longer than its budget of 150 ms');
    });
  });

  it('an assertion says what did not hold', async () => {
    await failureUnderLoad(10, ({ fault }) => {
      expect(fault.detail).toContain('msg.number == 1');
    });
  });
});

describe('a handler that is running', () => {
  it('is waited for by terminate', async () => {
    await scene(async ({ slow, runtime }) => {
      await slow.send({ kind: 60 });
      await new Promise((resolve) => setTimeout(resolve, 20));
      await slow.terminate();
      expect(slow.state).toBe('terminated');
      expect(slow.telemetry()[0]).toMatchObject({ processed: 1, depth: 0 });
      expect(runtime.deadLetters.total).toBe(0);
    });
  });

  it('is stopped when terminate does not want to wait', async () => {
    // Nothing else does: handler and budget last longer than a test may.
    await scene(
      async ({ slow, runtime }) => {
        const messageId = await slow.send({ kind: 100_000 });
        await new Promise((resolve) => setTimeout(resolve, 20));
        await slow.terminate({ timeoutMs: 10 });
        expect(slow.state).toBe('terminated');
        await runtime.quiet();
        expect(runtime.deadLetters.kept).toMatchObject([{ reason: 'actor-failed', messageId }]);
      },
      { handlerBudgetMs: 600_000 },
    );
  });

  it('is stopped, and what became of its message is known when terminate returns, once and for all', async () => {
    await scene(async ({ slow, healthy, runtime }) => {
      runtime.supervise({ id: 'top', strategy: 'one-for-all', children: ['slow', 'healthy'], maxRestarts: 0 });
      const receipts = [slow.sendWithReceipt({ kind: 100_000 }), slow.sendWithReceipt({ kind: 0 })];
      await new Promise((resolve) => setTimeout(resolve, 20));
      await slow.terminate({ timeoutMs: 10 });
      const undelivered = [{ actor: 'slow#0', count: 1, reason: 'actor ended' }];
      expect(runtime.undelivered()).toEqual(undelivered);
      const [first, second] = await Promise.all(receipts);
      expect(first).toMatchObject({ outcome: 'dead-lettered', reason: 'actor-failed' });
      expect(second).toMatchObject({ outcome: 'undelivered' });
      await runtime.quiet();
      expect(runtime.undelivered()).toEqual(undelivered);
      expect(runtime.deadLetters.total).toBe(1);
      expect([slow.state, healthy.state]).toEqual(['terminated', 'active']);
    });
  });

  it.each(['deactivate', 'terminate'] as const)(
    'and fails ends its actor, whatever %s says meanwhile',
    async (command) => {
      await scene(async ({ slow, runtime, failure }) => {
        const messageId = await slow.send({ kind: 40, number: 1 });
        await slow.send({ kind: 0 });
        await new Promise((resolve) => setTimeout(resolve, 10));
        await slow[command]();
        await failure;
        expect(slow.state).toBe(command === 'terminate' ? 'terminated' : 'failed');
        await runtime.quiet();
        expect(runtime.deadLetters.kept).toMatchObject([{ reason: 'actor-failed', messageId }]);
        expect(slow.telemetry()[0]).toMatchObject({ processed: 0, depth: 1 });
      });
    },
  );

  it('within its budget is left alone', async () => {
    await scene(async ({ slow, runtime, healthy }) => {
      await slow.sendBatch(Array.from({ length: 4 }, () => ({ kind: 80 })));
      await healthy.request({ nothing: 0 }, { type: 'Ask' });
      await runtime.quiet();
      expect(slow.telemetry()[0]?.processed).toBe(4);
      expect(slow.state).toBe('active');
    });
  });
});
