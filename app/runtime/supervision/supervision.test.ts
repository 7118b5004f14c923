import { describe, expect, it } from 'vitest';

import { ACTOR, ACTOR_STATE } from '../../abi/arena-layout.ts';
import { codeOf, item, items, summaryOf } from '../../testing/conformance/bench.ts';
import { conformanceImage } from '../../testing/conformance-kernels.ts';
import { Stage } from '../../testing/stage.ts';
import type { Actor } from '../actor.ts';
import type { ActorInstance } from '../actor-instance.ts';
import type { Program } from '../runtime.ts';
import type { RestartStrategy } from './supervisor-spec.ts';

const POISON = item(0, 666);
const ITEM = { type: 'Item' };

/** Every step is the test's; nothing runs in between. */
class Scene {
  readonly stage = new Stage(5);
  program: Program | undefined;

  get supervision() {
    return this.stage.runtime.supervision;
  }

  async sink(name: string): Promise<Actor> {
    const { runtime } = this.stage;
    this.program ??= await runtime.load(conformanceImage);
    const sink = await runtime.launch(this.program.kernel('sink'), { name, queue: { capacity: 16 } });
    await this.stage.drive(sink.activate());
    return sink;
  }

  supervise(children: readonly string[], strategy: RestartStrategy = 'one-for-one', more = {}): void {
    const backoff = { minMs: 50, maxMs: 50, jitter: 0 };
    this.stage.runtime.supervise({ id: 'top', strategy, children, backoff, ...more });
  }

  /** Runs the handler that fails; the host is not told yet. */
  async fail(sink: Actor): Promise<void> {
    await sink.send(POISON, ITEM);
    while (stateWord(sink.instances[0]!) !== ACTOR_STATE.failed) this.stage.device.step();
  }

  tell(): void {
    this.stage.device.poll();
  }

  /** Lets the restart come, without a step of the device. */
  async pass(ms: number): Promise<void> {
    this.stage.platform.pass(ms);
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  }
}

function stateWord(instance: ActorInstance): number {
  return instance.word(ACTOR.state);
}

describe('a command that is in flight when a supervised actor fails', () => {
  it('is not obeyed after the restart', async () => {
    const scene = new Scene();
    const sink = await scene.sink('sink');
    scene.supervise(['sink']);
    await scene.fail(sink);
    const deactivating = sink.deactivate();
    scene.tell();
    await deactivating;
    expect(sink.state).toBe('failed');
    await scene.pass(50);
    expect(sink.state).toBe('active');
    const sending = sink.sendBatch(items(3), ITEM);
    await scene.stage.drive(scene.stage.runtime.quiet());
    await sending;
    expect(await scene.stage.drive(summaryOf(sink))).toMatchObject({ received: 3 });
  });
});

describe('a supervised actor whose handler is stopped because it is to end', () => {
  it.each([0, 3])('is no failed child, with %i restarts', async (maxRestarts) => {
    const scene = new Scene();
    const [sink, sibling] = [await scene.sink('sink'), await scene.sink('sibling')];
    scene.supervise(['sink', 'sibling'], 'one-for-all', { maxRestarts });
    const receipts = [0, 1].map((sequence) => sink.sendWithReceipt(item(sequence), ITEM));
    const asking = codeOf(summaryOf(sink));
    const ending = sink.terminate();
    scene.stage.device.fail(sink.instances[0]!.id, 'runaway');
    scene.tell();
    await ending;
    expect([sink.state, sibling.state]).toEqual(['terminated', 'active']);
    expect(scene.supervision.status().actors.map(({ restartsAtMs }) => restartsAtMs)).toEqual([undefined, undefined]);
    expect(await asking).toBe('ActorTerminated');
    expect((await Promise.all(receipts)).map(({ outcome }) => outcome)).toEqual(['undelivered', 'undelivered']);
    await scene.pass(100);
    scene.tell();
    expect([sink.state, sibling.state]).toEqual(['terminated', 'active']);
  });

  it('is not waited for by those that send to it', async () => {
    const scene = new Scene();
    const sink = await scene.sink('sink');
    scene.supervise(['sink']);
    const ending = sink.terminate();
    scene.stage.device.fail(sink.instances[0]!.id, 'runaway');
    scene.tell();
    await ending;
    expect(sink.instances[0]!.word(ACTOR.supervised)).toBe(0);
  });
});

describe('a listener that throws', () => {
  it('changes nothing for a restart, whichever event it listens to', async () => {
    const scene = new Scene();
    const { runtime } = scene.stage;
    const told: string[] = [];
    const [sink, sibling] = [await scene.sink('sink'), await scene.sink('sibling')];
    scene.supervise(['sink', 'sibling']);
    for (const [name, event] of [
      ['letter', runtime.deadLetters.onDidArrive],
      ['failure', runtime.onDidFailActor],
      ['restart', scene.supervision.onDidRestart],
      ['escalation', scene.supervision.onDidEscalate],
    ] as const) {
      event.on(() => {
        throw new Error(name);
      });
      event.on(() => void told.push(name));
    }
    await scene.fail(sink);
    scene.tell();
    expect(sink.state).toBe('failed');
    await scene.pass(50);
    expect([sink.state, sibling.state]).toEqual(['active', 'active']);
    expect(told).toEqual(['letter', 'failure', 'restart']);
    expect(scene.stage.listenerErrors.map(String)).toEqual(['Error: letter', 'Error: failure', 'Error: restart']);
    expect(runtime.deadLetters.total).toBe(1);
  });

  it('costs no place in the ring: a letter of a device is counted once', async () => {
    const scene = new Scene();
    const { runtime } = scene.stage;
    const sink = await scene.sink('sink');
    runtime.deadLetters.onDidArrive.on(() => {
      throw new Error('letter');
    });
    for (const sequence of [0, 1]) await sink.send(item(sequence), { ...ITEM, deadlineMs: 1 });
    scene.stage.platform.pass(10);
    await scene.stage.drive(runtime.quiet());
    expect(runtime.deadLetters.counts).toEqual(new Map([['expired', 2]]));
  });

  it('keeps no letter of a reset from arriving', async () => {
    const scene = new Scene();
    const { runtime } = scene.stage;
    const sinks = [await scene.sink('sink'), await scene.sink('other')];
    for (const sink of sinks) {
      await scene.stage.drive(sink.deactivate());
      await sink.sendBatch(items(3), ITEM);
    }
    runtime.deadLetters.onDidArrive.on(() => {
      throw new Error('letter');
    });
    await scene.stage.drive(runtime.reload(scene.program!, sinks, { reset: 'all' }));
    expect(runtime.deadLetters.counts).toEqual(new Map([['actor-reset', 6]]));
  });
});

describe('an actor that is ended while its handler fails', () => {
  it('has ended when it is known what became of the message in hand', async () => {
    const scene = new Scene();
    const sink = await scene.sink('sink');
    const receipts = [sink.sendWithReceipt(POISON, ITEM), sink.sendWithReceipt(item(0), ITEM)];
    while (stateWord(sink.instances[0]!) !== ACTOR_STATE.failed) scene.stage.device.step();
    let hasEnded = false;
    const ending = sink.terminate().then(() => (hasEnded = true));
    while (scene.stage.device.step()); // takes note of the command
    sink.instances[0]!.signalled(); // and says so, before the failure is told
    await new Promise(setImmediate);
    expect([hasEnded, sink.state]).toEqual([false, 'terminating']);
    scene.tell();
    await ending;
    expect(sink.state).toBe('terminated');
    const [first, second] = await Promise.all(receipts);
    expect(first).toMatchObject({ outcome: 'dead-lettered', reason: 'actor-failed' });
    expect(second).toMatchObject({ outcome: 'undelivered' });
    expect(scene.stage.runtime.undelivered()).toEqual([{ actor: 'sink#0', count: 1, reason: 'actor ended' }]);
  });
});
