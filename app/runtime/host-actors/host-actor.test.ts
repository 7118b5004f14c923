import { describe, expect, test } from 'vitest';

import { ManualPlatform } from '../../testing/manual-platform.ts';
import { ReceivedMessage } from '../message.ts';
import type { MessageId } from '../message-header.ts';
import { HostActor } from './host-actor.ts';
import type { HostActorDefinition } from './host-actor-definition.ts';

const message = new ReceivedMessage({
  from: { actor: 'sender', instance: 0, port: 'out' },
  type: { name: 'Nothing', typeId: 0, sizeBytes: 0, alignBytes: 1, fields: [] },
  messageId: '0000000000000001' as MessageId, // one that nobody looks up
  correlationId: undefined,
  traceId: '0000000000000001' as MessageId,
  hlcLow: 0,
  hlcHigh: 0,
  bytes: new Uint8Array(),
});
const turn = (): Promise<void> => new Promise((done) => setTimeout(done));

function make(definition: Omit<HostActorDefinition, 'name'>) {
  const platform = new ManualPlatform();
  const actor = new HostActor({
    id: 2 ** 31,
    name: 'worker',
    definition: { name: 'worker', ...definition },
    platform,
    seed: 0,
  });
  return { actor, platform };
}

describe('a host actor', () => {
  test('that fails after its time to stop is up stays stopped, and says why', async () => {
    let fail: (error: Error) => void = () => undefined;
    const { actor, platform } = make({ run: () => new Promise<void>((_, reject) => (fail = reject)) });
    await actor.start();
    await turn();
    const stopping = actor.stop({ timeoutMs: 10 });
    await turn();
    platform.pass(10);
    await stopping;
    expect(actor.state).toBe('stopped');
    fail(new Error('the disk is gone'));
    await turn();
    expect(actor.state).toBe('stopped');
    expect(actor.error).toMatchObject({ code: 'HostActorFailed', message: expect.stringContaining('disk is gone') });
  });

  test('handles nothing after its end has been told', async () => {
    const log: string[] = [];
    const goOn: (() => void)[] = [];
    const { actor, platform } = make({
      onMessage: async () => {
        log.push('begins');
        await new Promise<void>((done) => goOn.push(done));
      },
      onStop: (_, end) => void log.push(end),
    });
    await actor.start();
    for (let count = 0; count < 3; count++) actor.inbox.put(message);
    await turn();
    const stopping = actor.stop({ timeoutMs: 10 });
    goOn[0]?.();
    await turn();
    platform.pass(10);
    await stopping;
    goOn[1]?.();
    await turn();
    expect(log).toEqual(['begins', 'begins', 'stopped']);
  });

  test('starts once: only resume leaves a pause, and it leaves nothing else', async () => {
    let runs = 0;
    const { actor } = make({
      run: () => {
        runs++;
      },
    });
    await actor.open();
    expect(() => {
      actor.resume();
    }).toThrow("host actor 'worker' is not paused, but 'ready'.");
    await actor.start();
    await turn();
    actor.pause();
    await expect(actor.start()).rejects.toMatchObject({ code: 'IllegalTransition' });
    actor.resume();
    await expect(actor.start()).rejects.toMatchObject({ code: 'IllegalTransition' });
    await turn();
    expect([runs, actor.state]).toEqual([1, 'active']);
  });
});
