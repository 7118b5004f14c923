import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Span, type Tracer } from '@opentelemetry/api';
import { HEADER, HOST_ACTOR_ID } from '../../../app/abi/arena-layout.ts';
import type {
  DeliveryObserver,
  HostDelivery,
  ObservedInstance,
  RingPlace,
} from '../../../app/runtime/delivery-observer.ts';
import { hlcMs } from '../../../app/runtime/hybrid-clock.ts';
import type { FoundDeadLetter } from '../../../app/runtime/message.ts';

/** Where slots lie. */
export interface TracedRun {
  readonly u32: Uint32Array;
  readonly project: string;
  typeName(typeId: number): string | undefined;
  /** Of an actor by its id. */
  labelOf(actorId: number): string | undefined;
}

/** Makes the next trace get this id. */
export type NameTrace = (traceLow: number, traceHigh: number) => void;

interface Followed {
  readonly span: Span;
  readonly instance: ObservedInstance;
  readonly place: RingPlace;
  /** When it was seen that it has been consumed; its reply may still come. */
  consumedMs: number | undefined;
  /** Its span has ended; what it caused may still come. */
  isDone: boolean;
}

interface Arrival {
  readonly from: string;
  /** Undefined: the host itself. */
  readonly to?: string | undefined;
  readonly problem?: string | undefined;
}

export interface TraceFollowerOptions {
  readonly tracer: Tracer;
  readonly nameTrace: NameTrace;
  readonly run: () => TracedRun | undefined;
  /** At most so many messages a second are followed. */
  readonly perSecond: number;
}

const HOST = 'host';

/** Messages that are followed at a time: a trace that causes more after that shows its beginning. */
const MOST_FOLLOWED = 1000;

/**
 * Spans of a sample of the messages that the host sends. The span of a message begins when it is accepted and ends when
 * the host takes the reply to it, or notices that it has been consumed; its children are the messages that it has caused
 * and that have reached the host, each from the moment in which its actor sent it: those for the host, and dead letters,
 * whomever they were for.
 */
export class TraceFollower implements DeliveryObserver {
  readonly #options: TraceFollowerOptions;
  /** By the number of the message that the host has sent: its trace id. */
  readonly #followed = new Map<number, Followed>();
  #nextMs = 0;

  constructor(options: TraceFollowerOptions) {
    this.#options = options;
  }

  accepted(instance: ObservedInstance, slot: number, place: RingPlace | undefined): void {
    const startMs = this.#timeOf(slot);
    const run = this.#options.run();
    if (run === undefined || place === undefined || startMs < this.#nextMs) return;
    this.#nextMs = startMs + 1000 / this.#options.perSecond;
    const { u32 } = run;
    const [low, high] = [u32[(slot + HEADER.traceId) >>> 2]!, u32[(slot + HEADER.traceId + 4) >>> 2]!];
    const type = run.typeName(u32[(slot + HEADER.typeId) >>> 2]!) ?? 'unknown type';
    this.#options.nameTrace(low, high);
    const span = this.#options.tracer.startSpan(
      `${type} → ${instance.label}`,
      {
        kind: SpanKind.PRODUCER,
        startTime: startMs,
        attributes: { 'ringstudio.project': run.project, 'ringstudio.actor': instance.label, 'ringstudio.type': type },
      },
      ROOT_CONTEXT,
    );
    this.#followed.set(numberOf(low, high), { span, instance, place, consumedMs: undefined, isDone: false });
    if (this.#followed.size > MOST_FOLLOWED) this.#forgetOldest();
  }

  taken(instance: ObservedInstance, slot: number): void {
    this.#arrived(slot, { from: instance.label });
  }

  routed(instance: ObservedInstance, slot: number, deliveries: readonly HostDelivery[]): void {
    for (const { to, reason } of deliveries)
      this.#arrived(slot, { from: instance.label, to: to.name, problem: reason });
  }

  handled(): void {
    // Its span has ended when it arrived.
  }

  takenLate(instance: ObservedInstance, slot: number): void {
    this.#arrived(slot, { from: instance.label, problem: 'late reply' });
  }

  corrupted(instance: ObservedInstance, slot: number): void {
    this.#arrived(slot, { from: instance.label, problem: 'corrupted' });
  }

  /** Between two actors, as a rule: of these messages only dead letters reach the host. */
  buried(_instance: ObservedInstance, { slot, target, addressee, reason }: FoundDeadLetter): void {
    const run = this.#options.run();
    if (run === undefined) return;
    const labelOf = (id: number): string | undefined =>
      id === HOST_ACTOR_ID ? undefined : (run.labelOf(id) ?? 'an actor that is gone');
    const from = labelOf(run.u32[(slot + HEADER.source) >>> 2]!) ?? HOST;
    this.#arrived(slot, { from, to: addressee ?? labelOf(target), problem: reason });
  }

  dropped(): void {
    // What found no room is not followed.
  }

  duplicated(): void {
    // It was never sent.
  }

  signalled(): void {
    // Too often: `look` is called by a timer.
  }

  restored(): void {
    // These were sent in another run.
  }

  removed(instance: ObservedInstance): void {
    for (const [number, followed] of this.#followed) {
      if (followed.instance !== instance) continue;
      this.#end(followed, 'removed');
      this.#followed.delete(number);
    }
  }

  /** Ends all that has been consumed. To be called every few milliseconds. */
  look(): void {
    for (const followed of this.#followed.values()) this.#endIfConsumed(followed);
  }

  /** Ends all. */
  end(): void {
    this.look();
    this.look();
    for (const followed of this.#followed.values()) this.#end(followed, 'pending');
    this.#followed.clear();
  }

  #arrived(slot: number, { from, to, problem }: Arrival): void {
    const run = this.#options.run();
    if (this.#followed.size === 0 || run === undefined) return;
    const { u32 } = run;
    const root = this.#followed.get(
      numberOf(u32[(slot + HEADER.traceId) >>> 2]!, u32[(slot + HEADER.traceId + 4) >>> 2]!),
    );
    if (root === undefined) return;
    const type = run.typeName(u32[(slot + HEADER.typeId) >>> 2]!) ?? 'unknown type';
    const child = this.#options.tracer.startSpan(
      `${from} → ${to ?? HOST}: ${type}`,
      {
        kind: SpanKind.CONSUMER,
        startTime: this.#timeOf(slot),
        attributes: { 'ringstudio.actor': from, 'ringstudio.type': type },
      },
      trace.setSpan(ROOT_CONTEXT, root.span),
    );
    if (problem !== undefined) child.setStatus({ code: SpanStatusCode.ERROR, message: problem });
    child.end();
    const isToHost = to === undefined; // by its name a host actor may be taken for it
    if (isToHost && isSame(u32, slot + HEADER.correlationId, slot + HEADER.traceId)) this.#end(root, 'answered');
  }

  #endIfConsumed(followed: Followed): void {
    const { ring, position } = followed.place;
    if (followed.isDone || ((ring.head - position) | 0) <= 0) return;
    // A reply that it has sent on its way comes before the next look.
    if (followed.consumedMs === undefined) followed.consumedMs = Date.now();
    else this.#end(followed, 'consumed', followed.consumedMs);
  }

  #end(followed: Followed, how: string, endMs = Date.now()): void {
    if (followed.isDone) return;
    followed.isDone = true;
    followed.span.setAttribute('ringstudio.end', how);
    followed.span.end(endMs);
  }

  #forgetOldest(): void {
    const [oldest] = this.#followed;
    if (oldest === undefined) return;
    this.#end(oldest[1], 'pending');
    this.#followed.delete(oldest[0]);
  }

  /** The hybrid clock's reading in a header, in Unix ms. */
  #timeOf(slot: number): number {
    const u32 = this.#options.run()?.u32;
    if (u32 === undefined) return 0;
    return hlcMs(u32[(slot + HEADER.hlc) >>> 2]!, u32[(slot + HEADER.hlc + 4) >>> 2]!);
  }
}

/** A host message's id is its trace's: what answers it names both alike. */
function isSame(u32: Uint32Array, one: number, other: number): boolean {
  return u32[one >>> 2] === u32[other >>> 2] && u32[(one + 4) >>> 2] === u32[(other + 4) >>> 2];
}

function numberOf(low: number, high: number): number {
  return high * 2 ** 32 + low;
}
