/* eslint-disable @typescript-eslint/no-generated-empty-object-type -- nact declares its references as an empty class */
import { setImmediate as turn } from 'node:timers/promises';

import { dispatch, query, spawn, spawnStateless, start, stop, type Ref } from 'nact';

import { echoRate } from './echo-rate.ts';
import type { Token, TokenRing } from './token-ring.ts';

/** To be printed beside its figures. */
export const NACT_DIFFERS =
  'nact runs its actors on the host’s thread, without a kernel: messages go by reference, its mailboxes have no bound, ' +
  'and an actor handles one message a turn of the event loop';

const PATIENCE_MS = 10_000;

interface Question<Asked> {
  readonly sender: Ref<unknown>;
  readonly asked: Asked;
}

/** An actor of nact that gives back whatever it gets. */
export class NactEcho implements Disposable {
  readonly #system = start();
  #onBack: () => void = () => undefined;
  readonly #echo = spawnStateless(this.#system, (_message: object) => this.#onBack());
  readonly #answering = spawnStateless(this.#system, ({ sender, asked }: Question<object>) => dispatch(sender, asked));

  /** As with `PostMessageEcho`; every message is a new one, since its receiver may keep it. */
  throughput(createMessage: () => object, durationMs: number, inFlight = 512): Promise<number> {
    const echo = {
      send: () => dispatch(this.#echo, createMessage()),
      onBack: (listener: () => void) => void (this.#onBack = listener),
    };
    return echoRate(echo, durationMs, inFlight);
  }

  roundTrip(message: object): Promise<unknown> {
    return query(this.#answering, (sender: Ref<unknown>) => ({ sender, asked: message }), PATIENCE_MS);
  }

  [Symbol.dispose](): void {
    stop(this.#system);
  }
}

type CounterMessage = { readonly by: number } | Question<{ readonly a: number; readonly b: number }>;

/** Actors that count, and add when asked. */
export class NactActors implements Disposable {
  readonly #system = start();
  readonly #actors: readonly Ref<CounterMessage>[];
  #processed = 0;
  #next = 0;

  constructor(count: number) {
    const handle = (total: number, message: CounterMessage): number => {
      if ('by' in message) {
        this.#processed++;
        return total + message.by;
      }
      dispatch(message.sender, { sum: message.asked.a + message.asked.b });
      return total;
    };
    this.#actors = Array.from({ length: count }, (_, index) =>
      spawn(this.#system, handle, `counter${index}`, { initialState: 0 }),
    );
  }

  /** Messages a second over `durationMs`, `burst` to each actor in turn, at most 16 waiting for each. */
  async inTurn(burst: number, durationMs: number): Promise<number> {
    const startedAt = performance.now();
    this.#processed = 0;
    let sent = 0;
    while (performance.now() - startedAt < durationMs) {
      for (const actor of this.#actors) for (let i = 0; i < burst; i++) dispatch(actor, { by: 1 });
      sent += this.#actors.length * burst;
      while (sent - this.#processed > this.#actors.length * (16 - burst)) await turn();
    }
    while (this.#processed < sent) await turn();
    return (sent / (performance.now() - startedAt)) * 1000;
  }

  ask(asked: { readonly a: number; readonly b: number }): Promise<unknown> {
    const actor = this.#actors[this.#next++ % this.#actors.length]!;
    return query(actor, (sender: Ref<unknown>) => ({ sender, asked }), PATIENCE_MS);
  }

  [Symbol.dispose](): void {
    stop(this.#system);
  }
}

interface RingMessage {
  readonly hops: number;
  readonly bytes: Uint8Array;
}

export class NactRing implements TokenRing, Disposable {
  readonly actorCount: number;
  readonly #system = start();
  readonly #actors: readonly Ref<RingMessage>[];
  readonly #sizeBytes: number;
  #onHome: () => void = () => undefined;

  constructor({ actorCount, sizeBytes }: { readonly actorCount: number; readonly sizeBytes: number }) {
    this.actorCount = actorCount;
    this.#sizeBytes = sizeBytes;
    const relay = (index: number) => {
      return ({ hops, bytes }: RingMessage): void => {
        if (hops === 0) this.#onHome();
        else dispatch(this.#actors[(index + 1) % actorCount]!, { hops: hops - 1, bytes });
      };
    };
    this.#actors = Array.from({ length: actorCount }, (_, index) =>
      spawnStateless(this.#system, relay(index), `relay${index}`),
    );
  }

  circulate(tokens: readonly Token[]): Promise<void> {
    return new Promise((resolve) => {
      let home = 0;
      this.#onHome = () => {
        if (++home === tokens.length) resolve();
      };
      for (const { actor, hops } of tokens)
        dispatch(this.#actors[actor]!, { hops, bytes: new Uint8Array(this.#sizeBytes) });
    });
  }

  [Symbol.dispose](): void {
    stop(this.#system);
  }
}
