import { ARENA, ARENA_HEADER_ADDRESS, GROUP, HEADER, MISSED, SEND_PORT } from '../../abi/arena-layout.ts';
import { hashName } from '../../base/fnv1a.ts';
import { StudioError } from '../../base/studio-error.ts';
import type { Arena, ArenaBlock } from '../../device/arena.ts';
import type { ActorInstance } from '../actor-instance.ts';
import { HashTable } from './hash-table.ts';
import { answeredIndex } from './misses.ts';
import { undeliveredOf } from '../queued.ts';

interface Group {
  readonly index: number;
  /** The list of its instances' blocks; undefined once the actor is gone. */
  targets: ArenaBlock | undefined;
  readonly count: number;
}

interface NamesInit {
  readonly arena: Arena;
  /** Most actors at a time. */
  readonly actorLimit: number;
  /** Of a name; two names can have one. */
  readonly hash?: (name: string) => bigint;
}

/** The table by which devices find actors by their names, for `ctx.send`. */
export class ActorNames {
  readonly #arena: Arena;
  readonly #table: HashTable;
  readonly #hash: (name: string) => bigint;
  readonly #groups = new Map<string, Group>();
  /** By their places in the table; names of actors that are gone included, while something may refer to them. */
  readonly #names = new Map<number, string>();

  constructor({ arena, actorLimit, hash = hashName }: NamesInit) {
    const { u32 } = arena;
    this.#arena = arena;
    this.#hash = hash;
    this.#table = new HashTable(arena, 'names of actors', { limit: actorLimit * 2, entryBytes: GROUP.sizeBytes });
    u32[(ARENA_HEADER_ADDRESS + ARENA.groups) >>> 2] = this.#table.address;
    Atomics.store(u32, (ARENA_HEADER_ADDRESS + ARENA.groupLimit) >>> 2, this.#table.limit);
  }

  /**
   * Whether actors can be launched under these names, all together.
   *
   * @throws StudioError `NameCollision`, `TooManyNames`
   */
  check(names: readonly string[]): void {
    const hashes = new Map([...this.#groups.keys()].map((name) => [this.#hash(name), name]));
    for (const name of names) {
      const other = hashes.get(this.#hash(name));
      if (other !== undefined && other !== name) throw collision(name, other);
      hashes.set(this.#hash(name), name);
    }
    if (hashes.size < (this.#table.limit >> 3) * 7) return;
    const message = `the device knows ${this.#table.count.toString()} names of actors, of removed ones too.`;
    throw new StudioError('TooManyNames', message, { tip: 'Create the runtime with a larger actorLimit.' });
  }

  /** Takes a place for the actor, whose name has been checked. @throws StudioError `OutOfMemory` */
  add(name: string, instances: readonly ActorInstance[]): void {
    const { u32 } = this.#arena;
    const targets = this.#arena.allocate(`${name}: instances`, instances.length * 4);
    for (const [index, { memory }] of instances.entries()) u32[(targets.address >>> 2) + index] = memory.address;
    const index = this.#groups.get(name)?.index ?? this.#table.insert(this.#hash(name), () => undefined);
    this.#groups.set(name, { index, targets, count: instances.length });
    this.#names.set(index, name);
  }

  /** From now on devices find the actor. */
  publish(name: string): void {
    const { index, targets, count } = this.#groups.get(name)!;
    const entry = this.#table.at(index);
    Atomics.store(this.#arena.u32, (entry + GROUP.targets) >>> 2, targets!.address);
    Atomics.store(this.#arena.u32, (entry + GROUP.targetCount) >>> 2, count);
  }

  /** From now on devices do not find it. */
  withdraw(name: string): void {
    const group = this.#groups.get(name);
    if (group !== undefined) Atomics.store(this.#arena.u32, (this.#table.at(group.index) + GROUP.targetCount) >>> 2, 0);
  }

  /** The actor was not published, or no device looks at what had been withdrawn. `instances` may refer to the name. */
  delete(name: string, instances: readonly ActorInstance[]): void {
    const group = this.#groups.get(name);
    if (group?.targets === undefined) return;
    this.#arena.free(group.targets);
    group.targets = undefined;
    this.#forgetUnused(instances);
  }

  /** Place of a launched actor; undefined when there is none of that name. */
  indexOf(name: string): number | undefined {
    const group = this.#groups.get(name);
    return group?.targets === undefined ? undefined : group.index;
  }

  /** The name at a place of the table. */
  nameAt(index: number): string | undefined {
    return this.#names.get(index);
  }

  /** Names of actors that are gone keep their places only while something in an outbox refers to them. */
  #forgetUnused(instances: readonly ActorInstance[]): void {
    const gone = [...this.#groups].filter(([, { targets }]) => targets === undefined);
    if (gone.length === 0) return;
    const used = new Set(instances.flatMap((instance) => this.#referredBy(instance)));
    for (const [name, { index }] of gone) {
      if (used.has(index)) continue;
      this.#groups.delete(name);
      this.#names.delete(index);
      this.#table.remove(index);
    }
  }

  #referredBy(instance: ActorInstance): readonly number[] {
    const { u32 } = this.#arena;
    return undeliveredOf(instance)
      .filter((slot) => (u32[(slot + HEADER.port) >>> 2]! & 0xffff) === SEND_PORT)
      .flatMap((slot) => {
        const named = u32[(slot + HEADER.sequence) >>> 2]!;
        return named < MISSED ? named : (answeredIndex(this.#arena, instance.memory.misses, named) ?? []);
      });
  }
}

function collision(name: string, other: string): StudioError {
  const message = `devices cannot tell the names '${name}' and '${other}' apart: they have the same 64-bit hash.`;
  return new StudioError('NameCollision', message, { tip: 'Give one of the two actors another name.' });
}
