import { describe, expect, it } from 'vitest';

import { Bench, codeOf, eventually, item, items, receive, type OpenBench } from './bench.ts';

const SMALL = { queue: { capacity: 16 } };

export function describeRemoval(open: OpenBench): void {
  describe('removal', () => {
    it('of an actor that is removed already leaves the next one of its name alone', async () => {
      await using bench = await Bench.open(open, { actorLimit: 32 });
      const first = await bench.active('relay');
      await first.terminate();
      await Promise.all([bench.runtime.remove(first), bench.runtime.remove(first)]);
      // its id was given back once
      expect(await codeOf(bench.launch('sink', { instances: 32, ...SMALL }))).toBe('TooManyActors');
      const second = await bench.active('relay');
      await bench.runtime.remove(first);
      expect(bench.runtime.actors).toEqual([second]);
      await second.send(item(1));
      expect((await receive(second, 1))[0]?.json()).toEqual(item(1));
    });

    it('ends the outputs of the actor', async () => {
      await using bench = await Bench.open(open);
      const relay = await bench.active('relay');
      const next = relay.receive();
      await relay.terminate();
      await bench.runtime.remove(relay);
      expect(await next).toBeUndefined();
      expect(relay.receiveEach(() => true)).toBe(0);
    });

    it('keeps the actor from being connected', async () => {
      await using bench = await Bench.open(open);
      const relay = await bench.launch('relay');
      const sink = await bench.launch('sink');
      await sink.terminate();
      const removing = bench.runtime.remove(sink);
      expect(() => bench.runtime.connect(relay, 'out', sink)).toThrow('has been removed');
      await removing;
      expect(() => bench.runtime.connect(relay, 'out', sink)).toThrow('has been removed');
    });

    it('lets a program be unloaded that no actor runs any more', async () => {
      await using bench = await Bench.open(open);
      const { runtime, program, namesake } = bench;
      const kernel = namesake.kernel('weigher');
      const weigher = await runtime.launch(kernel);
      expect(await codeOf(runtime.unload(namesake))).toBe('ProgramInUse');
      await weigher.terminate();
      await runtime.remove(weigher);
      await runtime.unload(namesake);
      expect(await codeOf(runtime.unload(namesake))).toBe('ProgramNotLoaded');
      expect(await codeOf(runtime.launch(kernel))).toBe('ProgramNotLoaded');
      const relay = await runtime.launch(program.kernel('relay'));
      await relay.activate();
      await relay.send(item(3));
      expect((await receive(relay, 1))[0]?.json()).toEqual(item(3));
    });
  });
}

export function describeDisposal(open: OpenBench): void {
  describe('disposal', () => {
    it('settles all that is under way', async () => {
      const bench = await Bench.open(open, { receiveCapacity: 1 });
      const sink = await bench.launch('sink', SMALL);
      await sink.sendBatch(items(16), { type: 'Item' });
      const relay = await bench.active('relay', { queue: { capacity: 16 } });
      await relay.sendBatch(items(5));
      await eventually(() => relay.telemetry()[0]?.sent === 5, 'outputs wait');
      const answerer = await bench.launch('answerer');
      const pending = [
        codeOf(sink.send(item(16), { type: 'Item' })),
        codeOf(sink.sendBatch(items(40), { type: 'Item' })),
        codeOf(answerer.request({ value: 1 }, { timeoutMs: 60_000 })),
        codeOf(bench.runtime.quiet()),
      ];
      await bench.runtime[Symbol.asyncDispose]();
      expect(await Promise.all(pending)).toEqual(pending.map(() => 'RuntimeDisposed'));
      expect(await receive(relay, 5)).not.toHaveLength(0);
    });

    it('settles commands and launches that the device has not got to', async () => {
      const bench = await Bench.open(open);
      const sink = await bench.launch('sink');
      const pending = [codeOf(sink.activate()), codeOf(sink.activate()), codeOf(bench.launch('relay'))];
      await bench.runtime[Symbol.asyncDispose]();
      for (const code of await Promise.all(pending)) expect(['no error', 'RuntimeDisposed']).toContain(code);
    });

    it('is one, however often it is asked for', async () => {
      const bench = await Bench.open(open);
      const order: string[] = [];
      const disposals = ['first', 'second'].map((name) =>
        bench.runtime[Symbol.asyncDispose]().then(() => order.push(name)),
      );
      expect(order).toEqual([]);
      await Promise.all(disposals);
      expect(order).toEqual(['first', 'second']);
    });

    it('leaves a runtime that says so', async () => {
      const bench = await Bench.open(open);
      const { runtime, program, namesake } = bench;
      const sink = await bench.active('sink');
      const ended = await bench.active('relay');
      await ended.terminate();
      await runtime[Symbol.asyncDispose]();
      const uses = [
        runtime.load(program.image),
        runtime.unload(namesake),
        runtime.launch(program.kernel('relay'), { name: 'other' }),
        runtime.quiet(),
        runtime.remove(ended),
        sink.deactivate(),
        sink.terminate(),
        sink.send(item(0), { type: 'Item' }),
        sink.request({ value: 0 }, { type: 'Question' }),
        Promise.resolve().then(() => sink.trySend(item(0), { type: 'Item' })),
        Promise.resolve().then(() => sink.sendEach(1, () => undefined, { type: 'Item' })),
        Promise.resolve().then(() => runtime.connect(sink, 'out', ended)),
      ].map(codeOf);
      expect(await Promise.all(uses)).toEqual(uses.map(() => 'RuntimeDisposed'));
      expect(await sink.receive()).toBeUndefined();
    });
  });
}
