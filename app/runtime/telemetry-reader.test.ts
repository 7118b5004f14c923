import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ACTOR } from '../abi/arena-layout.ts';
import { conformanceImage } from '../testing/conformance-kernels.ts';
import { noteLatency } from '../testing/fake-telemetry.ts';
import { Stage } from '../testing/stage.ts';
import type { Actor } from './actor.ts';
import { TelemetryReader } from './telemetry-reader.ts';
import { bucketUpperNs } from './telemetry.ts';

async function launch(stage: Stage, instances = 1): Promise<Actor> {
  const program = await stage.runtime.load(conformanceImage);
  return stage.runtime.launch(program.kernel('sink'), { instances });
}

/** The instance processes a message that took so long. */
function process(stage: Stage, actor: Actor, { ns, instance }: { ns: number; instance: number }): void {
  const view = new DataView(stage.device.arena.memory.buffer);
  const { address } = actor.instances[instance]!.memory;
  noteLatency(view, address, ticksOf(ns));
  view.setBigUint64(address + ACTOR.statsProcessed, view.getBigUint64(address + ACTOR.statsProcessed, true) + 1n, true);
}

/** At least so many ns. */
function ticksOf(ns: number): bigint {
  return (BigInt(ns) * 65_536n + 15_624n) / 15_625n;
}

/** Upper end of the bucket that the value lies in. */
function upperOf(ns: number): number {
  for (let bucket = 0; ; bucket++) if (bucketUpperNs(bucket) >= ns) return bucketUpperNs(bucket);
}

/** All octaves alike, up to a quarter of an hour. */
const anyLatency = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }))
  .map(([octave, share]) => Math.floor(2 ** octave * share));

describe('a telemetry reader', () => {
  it('gives the percentiles of what came since its last look, within 1/32', async () => {
    const latencies = fc.array(fc.record({ ns: anyLatency, instance: fc.nat(1) }), {
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(latencies, { maxLength: 6 }), async (intervals) => {
        const stage = new Stage(1);
        const actor = await launch(stage, 2);
        const reader = new TelemetryReader(stage.runtime);
        for (const interval of intervals) {
          for (const latency of interval) process(stage, actor, latency);
          const summary = reader.latency(actor);
          if (interval.length === 0) {
            expect(summary).toBeUndefined();
            continue;
          }
          const sorted = interval.map(({ ns }) => ns).sort((a, b) => a - b);
          const [least, most] = [sorted[0]!, sorted.at(-1)!];
          const nth = (share: number): number => sorted[Math.max(Math.ceil(share * sorted.length), 1) - 1]!;
          expect(summary!.count).toBe(sorted.length);
          for (const [percentile, share] of [
            [summary!.p50, 0.5],
            [summary!.p95, 0.95],
            [summary!.p99, 0.99],
          ] as const)
            expect(Math.abs(percentile - nth(share))).toBeLessThanOrEqual(nth(share) / 32);
          expect(summary!.mean).toBeCloseTo(sorted.reduce((sum, ns) => sum + ns, 0) / sorted.length, 0);
          expect(summary!.max).toBeGreaterThanOrEqual(most);
          expect(summary!.max).toBeLessThanOrEqual(upperOf(most));
          expect(summary!.min).toBeLessThanOrEqual(least);
          expect(upperOf(summary!.min)).toBe(upperOf(least));
        }
      }),
      { numRuns: 100, seed: 5 },
    );
  });

  it('gives at its first look what the actor itself tells', async () => {
    const stage = new Stage(2);
    const actor = await launch(stage);
    const reader = new TelemetryReader(stage.runtime);
    expect(reader.latency(actor)).toBeUndefined();
    for (let ns = 1; ns < 1e6; ns *= 3) process(stage, actor, { ns, instance: 0 });
    expect(new TelemetryReader(stage.runtime).latency(actor)).toEqual(actor.telemetry()[0]!.latencyNs);
    expect(reader.latency(actor)).toEqual(actor.telemetry()[0]!.latencyNs);
    expect(reader.latency(actor)).toBeUndefined();
  });
});
