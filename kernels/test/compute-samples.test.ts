import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { philoxBlock } from '../../app/testing/philox.ts';
import { createRuntime, type StudioRuntime } from '../../main/index.ts';
import { launchSample } from './launch-sample.ts';

// Samples that compute, against references that share no code with them.

let runtime: StudioRuntime;

beforeAll(async () => {
  runtime = await createRuntime({ device: 'cpu' });
});

afterAll(() => runtime[Symbol.asyncDispose]());

describe('pagerank', () => {
  type Edge = readonly [from: number, to: number];
  interface Answer {
    readonly converged: boolean;
    readonly iterations: number;
    readonly ranks: readonly number[];
  }

  beforeAll(() => launchSample(runtime, 'pagerank'));

  async function rank(nodes: number, edges: readonly Edge[], rest: Record<string, number> = {}) {
    const incoming = Array.from({ length: nodes }, (_, v) => edges.filter(([, to]) => to === v).map(([from]) => from));
    const offsets = new Uint32Array(nodes + 1);
    incoming.forEach((list, v) => (offsets[v + 1] = offsets[v]! + list.length));
    // A buffer has at least one element; no offset leads to the one that stands for none.
    const sources = incoming.flat();
    using ranks = runtime.buffers.allocate(Float32Array, nodes);
    using degrees = runtime.buffers.allocate(Uint32Array, nodes);
    using shares = runtime.buffers.allocate(Float32Array, nodes);
    using starts = runtime.buffers.from(offsets);
    using links = runtime.buffers.from(Uint32Array.from(sources.length > 0 ? sources : [nodes]));
    const graph = { offsets: starts, sources: links, degrees, shares, ranks };
    const answer = await runtime.actor('pagerank').request<Answer>({ ...graph, ...rest });
    return { ...answer, all: [...ranks.read()] };
  }

  /** A walk over the edges, in doubles, until nothing changes. */
  function walk(nodes: number, edges: readonly Edge[], damping: number): number[] {
    const degrees = Array.from({ length: nodes }, (_, v) => edges.filter(([from]) => from === v).length);
    let ranks = Array.from({ length: nodes }, () => 1 / nodes);
    for (let step = 0; step < 1000; step += 1) {
      const lost = ranks.reduce((sum, value, v) => sum + (degrees[v] === 0 ? value : 0), 0);
      const next = ranks.map(() => (1 - damping + damping * lost) / nodes);
      for (const [from, to] of edges) next[to]! += (damping * ranks[from]!) / degrees[from]!;
      ranks = next;
    }
    return ranks;
  }

  test('ranks the three nodes of the example', async () => {
    const edges: Edge[] = [
      [0, 1],
      [1, 2],
      [2, 0],
      [2, 1],
    ];
    const { converged, iterations, ranks } = await rank(3, edges);
    expect(converged).toBe(true);
    expect(iterations).toBeGreaterThan(10);
    expect(iterations).toBeLessThan(100);
    walk(3, edges, 0.85).forEach((expected, v) => expect(ranks[v]).toBeCloseTo(expected, 5));
  });

  test('agrees with a walk over the edges of any graph, with nodes that nothing leaves and double links', async () => {
    const graphs = fc.integer({ min: 1, max: 300 }).chain((nodes) => {
      const node = fc.integer({ min: 0, max: nodes - 1 });
      const edges = fc.array(fc.tuple(node, node), { maxLength: 900, size: 'max' });
      return fc.record({ nodes: fc.constant(nodes), edges, damping: fc.double({ min: 0, max: 0.9, noNaN: true }) });
    });
    const property = fc.asyncProperty(graphs, async ({ nodes, edges, damping }) => {
      const { converged, ranks, all } = await rank(nodes, edges, { damping, max_iterations: 1000 });
      expect(converged).toBe(true);
      expect(ranks).toEqual(all.slice(0, 64));
      const errors = walk(nodes, edges, damping).map((expected, v) => Math.abs(expected - all[v]!));
      expect(Math.max(...errors)).toBeLessThan(2e-5);
      expect(all.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
    });
    await fc.assert(property, { numRuns: 40 });
  });

  test('stops at the iterations that it is given, and says that it has not converged', async () => {
    expect(await rank(2, [[0, 1]], { max_iterations: 3 })).toMatchObject({ converged: false, iterations: 3 });
  });
});

describe('histogram', () => {
  beforeAll(() => launchSample(runtime, 'histogram'));

  test('spreads the levels of any image as their ranks say', async () => {
    const images = fc.oneof(
      fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 5000, size: 'max' }),
      fc.array(fc.integer({ min: 90, max: 99 }), { minLength: 1, maxLength: 100 }),
    );
    const property = fc.asyncProperty(images, async (image) => {
      using pixels = runtime.buffers.from(Uint8Array.from(image));
      const levels = await runtime.actor('equalize').request<Record<string, number>>({ pixels });
      const sorted = image.toSorted((a, b) => a - b);
      const mean = image.reduce((sum, value) => sum + value, 0) / image.length;
      expect(levels).toMatchObject({ pixels: image.length, darkest: sorted[0], brightest: sorted.at(-1) });
      expect(levels['median']).toBe(sorted[Math.ceil(image.length / 2) - 1]);
      expect(levels['mean']).toBeCloseTo(mean, 3);
      const shares = [...new Set(image)].map((level) => image.filter((value) => value === level).length / image.length);
      expect(levels['entropy']).toBeCloseTo(-shares.reduce((sum, share) => sum + share * Math.log2(share), 0), 4);
      const darkest = sorted.lastIndexOf(sorted[0]!) + 1;
      const brighter = image.length - darkest;
      const expected = image.map((value) => {
        if (brighter === 0) return value;
        return Math.floor((2 * (sorted.lastIndexOf(value) + 1 - darkest) * 255 + brighter) / (2 * brighter));
      });
      expect([...pixels.read()]).toEqual(expected);
    });
    await fc.assert(property, { numRuns: 40 });
  });
});

describe('monte_carlo_pi', () => {
  beforeAll(() => launchSample(runtime, 'monte_carlo_pi'));

  async function estimate(message: Record<string, unknown>) {
    await runtime.actor('dealer').send(message, { type: 'Estimate' });
    return (await runtime.actor('dealer').receive())?.json() as Record<string, number>;
  }

  test('counts exactly the points of the stream that lie in the circle, however many jobs there are', async () => {
    const pairs = 5000;
    const key = [0x9abc_def0, 0x1234_5678] as const;
    const seed = (BigInt(key[1]) << 32n) | BigInt(key[0]);
    let inside = 0;
    for (let pair = 0; pair < pairs; pair += 1) {
      const [x1, y1, x2, y2] = philoxBlock([pair, 0, 0, 0], key).map(BigInt) as [bigint, bigint, bigint, bigint];
      const isInside = (x: bigint, y: bigint) => (2n * x + 1n) ** 2n + (2n * y + 1n) ** 2n < 2n ** 66n;
      inside += Number(isInside(x1, y1)) + Number(isInside(x2, y2));
    }
    for (const jobs of [1, 7, 64, 1000]) {
      const expected = { points: 2 * pairs, inside, estimate: (4 * inside) / (2 * pairs) };
      expect(await estimate({ points: 2 * pairs, seed, jobs })).toMatchObject(expected);
    }
  });

  test('is as close to pi as its standard error says', async () => {
    const { estimate: pi, standard_error: error } = await estimate({ points: 4_000_000, seed: 7 });
    expect(error).toBeCloseTo(4 * Math.sqrt(((Math.PI / 4) * (1 - Math.PI / 4)) / 4_000_000), 5);
    expect(Math.abs(pi! - Math.PI)).toBeLessThan(4 * error!);
  });
});
