import { join } from 'node:path';
import { expect } from 'vitest';

import type { Actor } from '../../../app/runtime/actor.ts';
import type { StudioRuntime } from '../../host/create-runtime.ts';
import { kernels } from './stand-in.fixture.ts';

const AT_ONCE = 1024;
/** What a relay of conformance_next.cu adds to a value. */
const BY_NEXT = 1000;

interface Item {
  producer: number;
  sequence: number;
  value: number;
}

/** Host → first → second → host, one actor after the other. */
export class Chain {
  sent = 0;
  taken = 0;
  disordered = 0;
  /** Messages by how many of the two actors ran the next version. */
  readonly byVersion = [0, 0, 0];
  readonly first: Actor;
  readonly second: Actor;

  constructor(first: Actor, second: Actor) {
    this.first = first;
    this.second = second;
  }

  /** On GPUs of their own, where these are given. */
  static async open(
    runtime: StudioRuntime,
    gpus: { readonly first?: number; readonly second?: number } = {},
  ): Promise<Chain> {
    const program = await runtime.compile(join(kernels, 'conformance.cu'));
    const queue = { capacity: 4096 };
    const launch = (name: 'first' | 'second'): Promise<Actor> => {
      const gpu = gpus[name];
      return runtime.launch(program.kernel('relay'), { name, queue, ...(gpu !== undefined && { gpu }) });
    };
    const chain = new Chain(await launch('first'), await launch('second'));
    runtime.connect(chain.first, 'out', chain.second);
    for (const actor of [chain.second, chain.first]) await actor.activate();
    return chain;
  }

  /** Sends while there is room and `count` is not reached, takes what has come, for one turn of the event loop. */
  async turn(count = Infinity): Promise<void> {
    const most = Math.min(AT_ONCE, count - this.sent);
    if (most > 0)
      this.sent += this.first.sendEach<Item>(most, (item, index) => {
        item.producer = 0;
        item.sequence = item.value = this.sent + index;
      });
    this.second.receiveEach<Item>(({ sequence, value }) => {
      if (sequence !== this.taken) this.disordered += 1;
      this.taken += 1;
      const version = (value - sequence) / BY_NEXT;
      this.byVersion[version] = (this.byVersion[version] ?? 0) + 1;
    });
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** The rest of `count`, or of what is under way. */
  async finish(count = this.sent): Promise<void> {
    while (this.taken < count && this.disordered === 0) await this.turn(count);
  }
}

/** Each of `count` messages once, in order, by what came back and by everybody's books. */
export function expectWhole(runtime: StudioRuntime, chain: Chain, count: number): void {
  const { sent, taken, disordered } = chain;
  expect({ sent, taken, disordered }).toEqual({ sent: count, taken: count, disordered: 0 });
  for (const actor of [chain.first, chain.second])
    expect(actor.telemetry()).toMatchObject([{ processed: count, sent: count, dropped: 0, depth: 0 }]);
  expect(runtime.channels).toMatchObject([{ from: 'first', to: 'second', sent: count }]);
  expect(runtime.undelivered()).toEqual([]);
  expect(runtime.deadLetters.total).toBe(0);
}
