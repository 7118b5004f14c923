import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { philoxBlock } from '../../app/testing/philox.ts';
import { createRuntime, type Program, type StudioRuntime } from '../../main/index.ts';
import { launchSample } from './launch-sample.ts';

// Samples that move something on in steps, against references that share no code with them.

let runtime: StudioRuntime;

beforeAll(async () => {
  runtime = await createRuntime({ device: 'cpu' });
});

afterAll(() => runtime[Symbol.asyncDispose]());

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

/** What the actor sends to the host, up to and including a message of that type. */
async function receiveUntil(name: string, type: string): Promise<{ type: string; message: unknown }[]> {
  const received = [];
  for (;;) {
    const message = await runtime.actor(name).receive();
    if (message === undefined) throw new Error(`'${name}' has ended`);
    received.push({ type: message.type.name, message: message.json() });
    if (message.type.name === type) return received;
  }
}

describe('game_of_life', () => {
  beforeAll(() => launchSample(runtime, 'game_of_life'));

  /** Counts the eight neighbours of each cell of a torus. */
  function next(alive: ReadonlySet<number>): Set<number> {
    const around = (cell: number) =>
      [-1, 0, 1].flatMap((dy) =>
        [-1, 0, 1].map((dx) => (((cell >> 5) + dy + 32) % 32) * 32 + (((cell & 31) + dx + 32) % 32)),
      );
    const neighbours = (cell: number) => around(cell).filter((other) => other !== cell && alive.has(other)).length;
    const live = numbers(1024).filter((cell) => neighbours(cell) === 3 || (alive.has(cell) && neighbours(cell) === 2));
    return new Set(live);
  }

  async function play(cells: Iterable<number>, generations: number) {
    const message = { cells: [...cells].map((cell) => ({ x: cell & 31, y: cell >> 5 })), generations };
    await runtime.actor('board').send(message, { type: 'Life' });
    const [board] = await receiveUntil('board', 'Board');
    const { alive, cells: live } = board!.message as { alive: number; cells: { x: number; y: number }[] };
    expect(alive).toBe(live.length);
    return live.map(({ x, y }) => y * 32 + x);
  }

  test('plays any board for any number of generations as the rules say, one game after the other', async () => {
    const boards = fc.uniqueArray(fc.integer({ min: 0, max: 1023 }), { maxLength: 500, size: 'max' });
    const property = fc.asyncProperty(boards, fc.integer({ min: 0, max: 12 }), async (cells, generations) => {
      let alive = new Set(cells);
      for (let generation = 0; generation < generations; generation += 1) alive = next(alive);
      expect(await play(cells, generations)).toEqual([...alive].toSorted((a, b) => a - b));
    });
    await fc.assert(property, { numRuns: 40 });
  });

  test('a glider comes back after 100 rounds of the torus, with no edge lost or doubled', async () => {
    const glider = [1, 34, 64, 65, 66];
    expect(await play(glider, 128 * 100)).toEqual(glider);
    await runtime.quiet();
    expect(runtime.deadLetters.total).toBe(0);
    expect(runtime.undelivered()).toEqual([]);
  });
});

describe('wave_2d', () => {
  beforeAll(() => launchSample(runtime, 'wave_2d'));

  interface Drop {
    readonly x: number;
    readonly y: number;
    readonly radius: number;
    readonly steps: number;
  }

  /** The whole basin at once, every operation rounded to float as on the device. */
  function surfaceAfter({ x: left, y: top, radius, steps }: Drop): Float32Array {
    const f = Math.fround;
    const [cx, cy, r] = [f(left), f(top), f(radius)];
    const at = (field: Float32Array, x: number, y: number) =>
      x < 0 || y < 0 || x > 63 || y > 63 ? 0 : field[y * 64 + x]!;
    let now = Float32Array.from(numbers(4096), (cell) => {
      const [dx, dy] = [f((cell % 64) - cx), f(Math.floor(cell / 64) - cy)];
      const rest = f(1 - f(f(f(dx * dx) + f(dy * dy)) / f(r * r)));
      return rest > 0 ? f(rest * rest) : 0;
    });
    let before = now;
    for (let step = 0; step < steps; step += 1) {
      const after = now.map((u, cell) => {
        const [x, y] = [cell % 64, Math.floor(cell / 64)];
        const vertical = f(at(now, x, y - 1) + at(now, x, y + 1));
        const around = f(vertical + f(at(now, x - 1, y) + at(now, x + 1, y)));
        return f(f(f(2 * u) - before[cell]!) + f(0.25 * f(around - f(4 * u))));
      });
      [before, now] = [now, after];
    }
    return now;
  }

  test('four tiles that nobody holds together give the surface of the undivided basin, to the last bit', async () => {
    const drops = fc.record({
      x: fc.integer({ min: 0, max: 63 }),
      y: fc.integer({ min: 0, max: 63 }),
      radius: fc.integer({ min: 1, max: 20 }),
      steps: fc.integer({ min: 0, max: 90 }),
    });
    const property = fc.asyncProperty(drops, async (drop) => {
      using surface = runtime.buffers.allocate(Float32Array, 4096);
      await runtime.actor('basin').send({ ...drop, surface }, { type: 'Drop' });
      const [received] = await receiveUntil('basin', 'Surface');
      const { steps, highest, lowest } = received!.message as Record<string, number>;
      const expected = surfaceAfter(drop);
      expect(surface.read()).toEqual(expected);
      const extremes = [Math.max(0, ...expected), Math.min(0, ...expected)];
      expect([steps, Math.fround(highest!), Math.fround(lowest!)]).toEqual([drop.steps, ...extremes]);
    });
    await fc.assert(property, { numRuns: 20 });
    expect(runtime.deadLetters.total).toBe(0);
  });
});

describe('streaming_pipeline', () => {
  beforeAll(() => launchSample(runtime, 'streaming_pipeline'));

  function signal(count: number, seed: number): number[] {
    return numbers(count).map((i) => {
      const [first, second] = philoxBlock([i, 0, 0, 0], [seed, 0]);
      const wave = Math.fround(Math.abs((i % 200) - 100) / 100);
      return Math.fround(Math.fround(wave + (first >>> 8) * 2 ** -24) + (second % 4000 === 0 ? 4 : 0));
    });
  }

  /** Looks at every window by itself. */
  function spikesOf(values: readonly number[]): { at: number; value: number }[] {
    const spikes: { at: number; value: number }[] = [];
    for (let first = 0; first + 256 <= values.length; first += 64) {
      const window = values.slice(first, first + 256);
      const mean = window.reduce((sum, value) => sum + value, 0) / 256;
      const deviation = Math.sqrt(window.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 256);
      const distances = window.map((value) => Math.abs(value - mean));
      const at = distances.indexOf(Math.max(...distances));
      const isNew = first + at > (spikes.at(-1)?.at ?? -1);
      if (distances[at]! / deviation > 4 && isNew) spikes.push({ at: first + at, value: window[at]! });
    }
    return spikes;
  }

  test('finds each spike once, in order, whatever the seed, and drops nothing', async () => {
    const samples = 16_384;
    for (const seed of [1, 2, 3]) {
      await runtime.actor('source').send({ samples, seed });
      const received = await receiveUntil('detector', 'Summary');
      const expected = spikesOf(signal(samples, seed));
      expect(expected.length).toBeGreaterThan(0);
      const spikes = received.slice(0, -1).map(({ message }) => message as Record<'at' | 'value', number>);
      expect(spikes.map(({ at, value }) => ({ at, value: Math.fround(value) }))).toEqual(expected);
      expect(received.at(-1)?.message).toEqual({ samples, windows: samples / 64 - 3, spikes: expected.length });
    }
    await runtime.quiet();
    const [windows] = runtime.actor('windows').telemetry();
    expect(windows).toMatchObject({ processed: 3 * (samples / 64 + 1), dropped: 0, depth: 0 });
    expect(runtime.deadLetters.total).toBe(0);
  });
});

describe('nbody', () => {
  let program: Program;

  beforeAll(async () => {
    [program] = (await launchSample(runtime, 'nbody')) as [Program];
  });

  interface Body {
    readonly place: readonly number[];
    readonly velocity: readonly number[];
    readonly mass: number;
  }

  async function advance(list: readonly Body[], rest: Record<string, number>) {
    const float4 = program.image.info.structs.find(({ name }) => name === 'float4')!;
    using bodies = runtime.buffers.allocate(float4, list.length);
    using velocities = runtime.buffers.allocate(float4, list.length);
    list.forEach(({ place, velocity, mass }, i) => {
      bodies.set(i, { x: place[0], y: place[1], z: place[2], w: mass });
      velocities.set(i, { x: velocity[0], y: velocity[1], z: velocity[2], w: 0 });
    });
    const reply = await runtime.actor('nbody').request<Record<string, number>>({ bodies, velocities, ...rest });
    const places = list.map((_, i) => {
      const { x, y, z } = bodies.get(i) as { x: number; y: number; z: number };
      return [x, y, z];
    });
    return { ...reply, places };
  }

  /** The same equations by another method: fourth-order Runge-Kutta, in doubles, with steps of a tenth. */
  function reference(list: readonly Body[], { dt, steps, softening }: Record<'dt' | 'steps' | 'softening', number>) {
    const count = list.length * 3;
    const slope = (state: readonly number[]) => {
      const pull = numbers(count).map((k) => {
        const [i, axis] = [Math.floor(k / 3), k % 3];
        let sum = 0;
        list.forEach(({ mass }, j) => {
          const apart = [0, 1, 2].map((a) => state[3 * j + a]! - state[3 * i + a]!);
          const distance2 = apart.reduce((total, d) => total + d * d, softening * softening);
          sum += (mass * apart[axis]!) / distance2 ** 1.5;
        });
        return sum;
      });
      return [...state.slice(count), ...pull];
    };
    const along = (state: readonly number[], by: readonly number[], h: number) => state.map((x, k) => x + h * by[k]!);
    let state: number[] = [...list.flatMap(({ place }) => place), ...list.flatMap(({ velocity }) => velocity)];
    const h = dt / 10;
    for (let step = 0; step < steps * 10; step += 1) {
      const a = slope(state);
      const b = slope(along(state, a, h / 2));
      const c = slope(along(state, b, h / 2));
      const d = slope(along(state, c, h));
      state = state.map((x, k) => x + (h / 6) * (a[k]! + 2 * b[k]! + 2 * c[k]! + d[k]!));
    }
    return list.map((_, i) => state.slice(3 * i, 3 * i + 3));
  }

  test('moves bodies where another method says', async () => {
    const coordinate = fc.integer({ min: -1000, max: 1000 }).map((n) => n / 1000);
    const vector = fc.tuple(coordinate, coordinate, coordinate);
    const mass = fc.integer({ min: 1, max: 100 }).map((n) => n / 100);
    const bodies = fc.array(fc.record({ place: vector, velocity: vector, mass }), { minLength: 1, maxLength: 12 });
    const property = fc.asyncProperty(bodies, async (list) => {
      const rest = { dt: 0.005, steps: 40, softening: 0.5 };
      const { places } = await advance(list, rest);
      const errors = reference(list, rest).flatMap((place, i) => place.map((x, axis) => x - places[i]![axis]!));
      expect(Math.max(...errors.map(Math.abs))).toBeLessThan(2e-3);
    });
    await fc.assert(property, { numRuns: 25 });
  });

  test('keeps energy and momentum of a hundred bodies', async () => {
    const list = numbers(100).map((i) => {
      const [x, y, z, speed] = philoxBlock([i, 0, 0, 0], [5, 0]).map((word) => word / 2 ** 32 - 0.5);
      return { place: [x!, y!, z!], velocity: [speed! / 10, 0, -speed! / 10], mass: 0.01 };
    });
    const before = await advance(list, { steps: 0, softening: 0.1 });
    const after = await advance(list, { steps: 200, softening: 0.1 });
    const energy = (moved: Record<string, unknown>) => Number(moved['kinetic']) + Number(moved['potential']);
    expect(energy(after) / energy(before)).toBeCloseTo(1, 3);
    const momentum = ({ momentum }: Record<string, unknown>) => Object.values(momentum as object) as number[];
    momentum(after).forEach((value, axis) => expect(value).toBeCloseTo(momentum(before)[axis]!, 5));
  });
});
