import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ReceivedMessage } from './message.ts';
import type { MessageId } from './message-header.ts';
import { ReceiveQueue } from './receive-queue.ts';

function message(number: number): ReceivedMessage {
  const id = number.toString() as MessageId;
  return new ReceivedMessage({
    from: { actor: 'a', instance: 0, port: 'out' },
    type: { name: 'T', fields: [], sizeBytes: 1, alignBytes: 1, typeId: 1 },
    messageId: id,
    correlationId: undefined,
    hlcLow: 0,
    hlcHigh: 0,
    traceId: id,
    bytes: new Uint8Array(1),
  });
}

describe('a receive queue', () => {
  it('gives every message once and in order, and stalls its sources instead of growing', async () => {
    const move = fc.constantFrom('offer', 'offer', 'take', 'abort', 'now');
    await fc.assert(
      fc.asyncProperty(fc.array(move, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), async (moves, capacity) => {
        const queue = new ReceiveQueue(capacity);
        const waiting: number[] = [];
        const source = {
          takeOutput: () => {
            while (waiting.length > 0 && queue.offer(() => message(waiting[0]!), source)) waiting.shift();
          },
        };
        const received: number[] = [];
        const note = (taken: ReceivedMessage | undefined): void => {
          if (taken !== undefined) received.push(Number(taken.messageId));
        };
        let offered = 0;
        const takes: Promise<void>[] = [];
        for (const kind of moves) {
          if (kind === 'offer') {
            waiting.push(offered++);
            source.takeOutput();
          } else if (kind === 'take') takes.push(queue.take().then(note));
          else if (kind === 'now') note(queue.takeNow());
          else takes.push(queue.take(AbortSignal.abort()).then(note));
          expect(queue.length).toBeLessThanOrEqual(capacity);
          await Promise.resolve();
        }
        queue.close();
        await Promise.all(takes);
        for await (const rest of queue) note(rest);
        expect(received).toEqual(Array.from({ length: offered }, (_, index) => index));
        expect(waiting).toEqual([]);
      }),
      { numRuns: 200, seed: 51 },
    );
  });

  it('lets a taker leave without taking', async () => {
    const queue = new ReceiveQueue(4);
    const controller = new AbortController();
    const left = queue.take(controller.signal);
    const stayed = queue.take();
    controller.abort();
    expect(await left).toBeUndefined();
    queue.offer(() => message(7), { takeOutput: () => undefined });
    expect((await stayed)?.messageId).toBe('7');
  });

  it('keeps its takers when a message cannot be made', async () => {
    const queue = new ReceiveQueue(4);
    const source = { takeOutput: () => undefined };
    const taking = queue.take();
    const broken = (): never => {
      throw new Error('broken');
    };
    expect(() => queue.offer(broken, source)).toThrow('broken');
    queue.offer(() => message(8), source);
    expect((await taking)?.messageId).toBe('8');
  });
});
