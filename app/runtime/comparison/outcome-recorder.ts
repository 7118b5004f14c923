import { StudioError } from '../../base/studio-error.ts';
import { placeText } from '../../device/thread-place.ts';
import { decodeJson } from '../../model/codec/json-decode.ts';
import { hasBuffers, isOrHasBuffer } from '../../model/comparison/has-buffers.ts';
import type { HeldBuffer, RecordedValue, RunOutcome, ValueStream } from '../../model/comparison/run-outcome.ts';
import { layoutStruct } from '../../model/layout.ts';
import type { Json, StructType } from '../../model/message-type.ts';
import type { ReceivedMessage } from '../message.ts';
import type { RingKernelRuntime } from '../runtime.ts';

export interface RecordingOptions {
  readonly hasPrints: boolean;
  /** Most bytes of messages that are taken down; then `onFull` is called, and nothing more is. */
  readonly mostBytes?: number;
  readonly onFull?: (error: StudioError) => void;
}

/** Messages that a receiver did not take. */
interface Refused {
  readonly actor: string;
  readonly reason: string;
  readonly count: number;
}

/** Ports on which messages of several types can leave. */
const MIXED_PORTS = ['reply', 'topic', 'send'];

/** What a small array takes besides its bytes. */
const OBJECT_BYTES = 64;

interface OpenStream {
  readonly type: StructType;
  readonly values: Uint8Array[];
}

/** Records what a run comes to, so that it can be compared with another run's. */
export class OutcomeRecorder implements Disposable {
  readonly #runtime: RingKernelRuntime;
  readonly #options: RecordingOptions;
  #sizeBytes = 0;
  readonly #streams = new Map<string, OpenStream>();
  readonly #deadLetters = new Map<string, number>();
  readonly #printed: Map<string, string> | undefined;
  readonly #subscriptions: Disposable[];

  constructor(runtime: RingKernelRuntime, options: RecordingOptions) {
    this.#runtime = runtime;
    this.#options = options;
    const printed = options.hasPrints ? new Map<string, string>() : undefined;
    this.#printed = printed;
    this.#subscriptions = [
      runtime.deadLetters.onDidArrive.on(({ reason }) => {
        add(this.#deadLetters, reason, 1);
      }),
      runtime.onDidPrint.on(({ actor, text, place }) => {
        const speaker = place === undefined ? actor : `${actor} (${placeText(place)})`;
        printed?.set(speaker, (printed.get(speaker) ?? '') + text);
      }),
    ];
  }

  [Symbol.dispose](): void {
    for (const subscription of this.#subscriptions) subscription[Symbol.dispose]();
  }

  /** Records what actors on the host get, too. To be called when they are made and none has started. */
  watchHosts(): void {
    for (const host of this.#runtime.hostActors) {
      const watching = host.onDidHandle.on(({ messages }) => {
        for (const message of messages) this.#record(`${host.name}: ${placeOf(message)}`, message);
      });
      this.#subscriptions.push(watching);
    }
  }

  /** Records a message that has left the topology. */
  add(message: ReceivedMessage): void {
    this.#record(placeOf(message), message);
  }

  /**
   * What the run has come to, when nothing moves any more. `refused` never got into a queue.
   *
   * @throws StudioError `PauseTimeout` where a handler runs on
   */
  async finish(refused: readonly Refused[]): Promise<RunOutcome> {
    const failures = this.#failures();
    const states = await this.#states(failures);
    const undelivered = new Map<string, number>();
    for (const { actor, reason, count } of [...this.#runtime.undelivered(), ...refused])
      add(undelivered, `${actor} (${reason})`, count);
    return {
      streams: this.#streams,
      states,
      failures,
      deadLetters: this.#deadLetters,
      undelivered,
      printed: this.#printed && new Map([...this.#printed].map(([speaker, text]) => [speaker, linesOf(text)])),
      buffers: this.#buffers([...this.#streams.values(), ...[...states.values()].map(asStream)]),
    };
  }

  #record(place: string, { type, bytes }: ReceivedMessage): void {
    const { mostBytes = Infinity, onFull } = this.#options;
    this.#sizeBytes += bytes.length + OBJECT_BYTES;
    if (this.#sizeBytes > mostBytes) {
      const mebibytes = Math.round(mostBytes / 2 ** 20).toString();
      onFull?.(new StudioError('ComparisonTooLarge', `more than ${mebibytes} MiB of messages came out.`));
      return;
    }
    const stream = this.#streams.get(place) ?? { type, values: [] };
    this.#streams.set(place, stream);
    stream.values.push(bytes);
  }

  #failures(): ReadonlyMap<string, string> {
    const instances = this.#runtime.actors.flatMap((actor) => actor.instances);
    const failed = instances.flatMap(({ label, fault }) =>
      fault === undefined ? [] : [[label, fault.cause] as const],
    );
    const hosts = this.#runtime.hostActors.filter(({ state }) => state === 'failed');
    return new Map([...failed, ...hosts.map(({ name, error }) => [name, error?.code ?? 'failed'] as const)]);
  }

  async #states(failures: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, RecordedValue>> {
    const states = new Map<string, RecordedValue>();
    for (const actor of this.#runtime.actors) {
      if (actor.kernel.state === undefined) continue;
      for (const [instance, { label }] of actor.instances.entries()) {
        if (failures.has(label)) continue;
        const { type, bytes } = await actor.readState({ instance });
        states.set(label, { type, bytes });
      }
    }
    return states;
  }

  /** What handles lead to, from one buffer to the next. */
  #buffers(streams: readonly ValueStream[]): ReadonlyMap<number, HeldBuffer> {
    const held = new Map<number, HeldBuffer>();
    const open = [...streams];
    for (let stream = open.pop(); stream !== undefined; stream = open.pop()) {
      if (!hasBuffers(stream.type)) continue;
      for (const id of stream.values.flatMap((bytes) => [...handlesIn(stream.type, bytes)])) {
        const found = held.has(id) ? undefined : this.#held(id);
        if (found === undefined) continue;
        held.set(id, found);
        if (isOrHasBuffer(found.element)) open.push(asStream({ type: arrayOf(found), bytes: found.bytes }));
      }
    }
    return held;
  }

  /** Undefined for one that has been released. */
  #held(id: number): HeldBuffer | undefined {
    try {
      const buffer = this.#runtime.buffers.get({ buffer: id });
      return { element: buffer.elementType, length: buffer.length, bytes: buffer.copyBytes() };
    } catch (error) {
      if (error instanceof StudioError && error.code === 'BufferReleased') return undefined;
      throw error;
    }
  }
}

/** `mean#0 averages`, `mean#0 reply Average`. */
function placeOf({ label, from, type }: ReceivedMessage): string {
  return MIXED_PORTS.includes(from.port) ? `${label} ${from.port} ${type.name}` : `${label} ${from.port}`;
}

function add(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function asStream({ type, bytes }: RecordedValue): ValueStream {
  return { type, values: [bytes] };
}

function arrayOf({ element, length }: HeldBuffer): StructType {
  return layoutStruct({ name: 'elements', fields: [{ name: 'elements', type: { kind: 'array', element, length } }] });
}

/** Ids of the handles in a message. */
function handlesIn(type: StructType, bytes: Uint8Array): readonly number[] {
  try {
    return handlesOf(decodeJson(type, bytes));
  } catch (error) {
    if (error instanceof StudioError && error.code === 'InvalidValue') return [];
    throw error;
  }
}

/** A struct whose only field is a number called `buffer` looks the same; that it finds a buffer does no harm. */
function handlesOf(json: Json): readonly number[] {
  if (typeof json !== 'object' || json === null) return [];
  if ('buffer' in json && typeof json.buffer === 'number') return [json.buffer];
  return Object.values(json).flatMap(handlesOf);
}
