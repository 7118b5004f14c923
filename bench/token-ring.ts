import type { Actor, StudioRuntime } from '../main/index.ts';
import type { Contender } from './rounds.ts';
import { compileSized, until } from './studio.ts';

export interface Token {
  /** Where it begins. */
  readonly actor: number;
  readonly hops: number;
}

/** Actors in a circle, each of which sends what it gets to the next one. */
export interface TokenRing {
  readonly actorCount: number;
  /** Resolves when all tokens have made their hops. */
  readonly circulate: (tokens: readonly Token[]) => Promise<void>;
}

export interface RingShape {
  readonly actorCount: number;
  /** Of a token. */
  readonly sizeBytes: number;
}

/** Eight times an actor's share of the tokens, so that hardly anybody waits for room. */
const CAPACITY = 64;

/** Hops a second, with `tokenCount` tokens under way for about `durationMs`, by the rate of the round before. */
export function ringContender<const Name extends string>(
  name: Name,
  {
    ring,
    tokenCount,
    durationMs,
  }: { readonly ring: TokenRing; readonly tokenCount: number; readonly durationMs: number },
): Contender & { readonly name: Name } {
  let rate = 100_000;
  const run = async (): Promise<number> => {
    const { actorCount } = ring;
    const laps = Math.max(1, Math.round((rate * durationMs) / 1000 / tokenCount / actorCount));
    const tokens = Array.from({ length: tokenCount }, (_, index): Token => {
      const actor = index % actorCount;
      return { actor, hops: laps * actorCount - actor }; // home is the first actor, for all of them
    });
    const startedAt = performance.now();
    await ring.circulate(tokens);
    rate = (tokens.reduce((sum, { hops }) => sum + hops, 0) / (performance.now() - startedAt)) * 1000;
    return rate;
  };
  return { name, run };
}

/** Ours: bench/kernels/ring.cu. */
export class KernelRing implements TokenRing {
  readonly actorCount: number;
  readonly #actors: readonly Actor[];

  private constructor(actors: readonly Actor[]) {
    this.#actors = actors;
    this.actorCount = actors.length;
  }

  static async launch(runtime: StudioRuntime, { actorCount, sizeBytes }: RingShape): Promise<KernelRing> {
    const program = await compileSized(runtime, 'ring', sizeBytes);
    const specs = Array.from({ length: actorCount }, (_, index) => ({
      kernel: program.kernel('relay'),
      name: `relay ${index} of ${actorCount}, ${sizeBytes} B`,
      queue: { capacity: CAPACITY, outbox: 16 },
    }));
    const actors = await runtime.launchAll(specs);
    for (const [index, actor] of actors.entries()) runtime.connect(actor, 'next', actors[(index + 1) % actorCount]!);
    await Promise.all(actors.map((actor) => actor.activate()));
    actors[0]?.receiveEach(() => true);
    return new KernelRing(actors);
  }

  async circulate(tokens: readonly Token[]): Promise<void> {
    const [first] = this.#actors;
    for (const { actor, hops } of tokens)
      this.#actors[actor]?.sendEach(1, (token: { hops: number }) => void (token.hops = hops));
    let home = 0;
    await until(() => {
      const now = first?.receiveEach(() => true) ?? 0;
      home += now;
      if (home === tokens.length) return 'done';
      return now > 0 ? 'busy' : 'idle';
    });
  }
}
