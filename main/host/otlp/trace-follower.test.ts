import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';

import { defineHostActor } from '../../../app/runtime/host-actors/host-actor-definition.ts';
import { RingKernelRuntime } from '../../../app/runtime/runtime.ts';
import { conformanceBehaviours, conformanceImage } from '../../../app/testing/conformance-kernels.ts';
import { FakeDevice } from '../../../app/testing/fake-device.ts';
import { TraceFollower } from './trace-follower.ts';

const platform = {
  unixMs: () => Date.now(),
  after: (delayMs: number, callback: () => void): Disposable => {
    const timer = setTimeout(callback, delayMs);
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};

test('a request that is forwarded to a host actor is not answered by that, whatever the actor is called', async () => {
  const exporter = new InMemorySpanExporter();
  const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const device = new FakeDevice({
    behaviours: conformanceBehaviours,
    unixMs: platform.unixMs,
    schedule: (run) => void setImmediate(run),
  });
  const { u32 } = device.arena;
  const run = { u32, project: 'p', typeName: () => 'Question', labelOf: () => 'answerer#0' };
  const options = { nameTrace: () => undefined, run: () => run, perSecond: 100 };
  const follower = new TraceFollower({ tracer: tracers.getTracer('test'), ...options });
  await using runtime = new RingKernelRuntime({ device, platform, observers: [follower] });
  const answerer = await runtime.launch((await runtime.load(conformanceImage)).kernel('answerer'));
  const namesake = runtime.host(defineHostActor({ name: 'host', onMessage: () => undefined }));
  runtime.connect(answerer, 'other', namesake);
  await namesake.start();
  await answerer.activate();
  await answerer.send({ value: 1, route: 1 });
  await runtime.quiet();
  follower.end();
  const ends = exporter.getFinishedSpans().map(({ name, attributes }) => [name, attributes['ringstudio.end']]);
  expect(ends).toEqual([
    ['answerer#0 → host: Question', undefined],
    ['Question → answerer#0', 'consumed'],
  ]);
});
