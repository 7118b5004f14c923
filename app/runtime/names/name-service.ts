import { HEADER, MISSED, SEND_PORT, TOPIC_PORT } from '../../abi/arena-layout.ts';
import type { StudioError } from '../../base/studio-error.ts';
import type { Device } from '../../device/device.ts';
import type { ActorDirectory } from '../actor-directory.ts';
import type { ActorInstance } from '../actor-instance.ts';
import type { Topics } from '../topics/topics.ts';
import { answerMisses, missedName, type AskedName, type NameAnswer } from './misses.ts';
import { Refusals } from './refusals.ts';

interface NameServiceInit {
  readonly device: Device;
  readonly directory: ActorDirectory;
  readonly topics: Topics;
}

/** Answers actors that have named what their device does not know. */
export class NameService {
  readonly #init: NameServiceInit;
  readonly #refusals = new Refusals();

  constructor(init: NameServiceInit) {
    this.#init = init;
  }

  /** Something may be asked for. */
  answer({ memory }: ActorInstance): void {
    const { device } = this.#init;
    if (answerMisses(device.arena, memory.misses, (name) => this.#lookUp(name))) device.wake(memory.address);
  }

  /** Whom a dead letter was for that was addressed by a name, by what its header says; undefined for any other one. */
  addressee(reason: string, target: number): string | undefined {
    if (reason === 'no-such-actor') {
      const name = target >= MISSED ? this.#init.directory.nameAt(target - MISSED) : this.#refusals.textOf(target);
      return name ?? 'an actor whose name nobody knows any more';
    }
    if (reason !== 'invalid-topic' && reason !== 'too-many-topics') return undefined;
    return `topic '${this.#refusals.textOf(target) ?? '?'}'`;
  }

  /** Whom the entry of an outbox is for that names its receiver; undefined for any other one. */
  addresseeOfEntry({ memory }: ActorInstance, slot: number): string | undefined {
    const { device, directory, topics } = this.#init;
    const { u32 } = device.arena;
    const port = u32[(slot + HEADER.port) >>> 2]! & 0xffff;
    if (port !== SEND_PORT && port !== TOPIC_PORT) return undefined;
    const named = u32[(slot + HEADER.sequence) >>> 2]!;
    if (named >= MISSED) {
      const { text } = missedName(device.arena, memory.misses, named);
      return port === SEND_PORT ? text : `topic '${text}'`;
    }
    return port === SEND_PORT ? directory.nameAt(named) : `topic '${topics.textAt(named) ?? '?'}'`;
  }

  #lookUp({ kind, text, isWhole }: AskedName): NameAnswer {
    const { directory, topics } = this.#init;
    const refuse = (why: NameAnswer['kind'], what = text): NameAnswer => ({
      kind: why,
      value: this.#refusals.add(what),
    });
    if (kind === 'actor') {
      const index = isWhole ? directory.indexOf(text) : undefined;
      return index === undefined ? refuse('noSuchActor', isWhole ? text : `${text}…`) : { kind: 'index', value: index };
    }
    if (!isWhole) return refuse('invalidTopic', `${text}…`);
    try {
      return { kind: 'index', value: topics.indexOf(text) };
    } catch (error) {
      return refuse((error as StudioError).code === 'InvalidTopic' ? 'invalidTopic' : 'tooManyTopics');
    }
  }
}
