import type { DeviceProgram } from '../device/device.ts';
import type { StructType } from '../model/message-type.ts';
import { createCodec, type Codec } from '../model/codec/codec.ts';

/** Types of unloaded programs that are remembered. */
const FORMER_LIMIT = 10_000;

/**
 * The message types of the loaded programs. A type's id says nothing about defaults and names of enumerators: programs
 * that share a type may differ in them, so each is asked for its own.
 */
export class TypeRegistry {
  readonly #programs = new Map<DeviceProgram, ReadonlyMap<number, StructType>>();
  /** Of programs that are unloaded: what their code sent may still be under way. */
  readonly #former = new Map<number, StructType>();
  readonly #codecs = new WeakMap<StructType, Codec>();

  add(program: DeviceProgram): void {
    this.#programs.set(program, new Map(program.image.info.structs.map((type) => [type.typeId, type])));
  }

  delete(program: DeviceProgram): void {
    for (const [typeId, type] of this.#programs.get(program) ?? []) {
      this.#former.delete(typeId);
      this.#former.set(typeId, type);
    }
    this.#programs.delete(program);
    for (const oldest of [...this.#former.keys()].slice(0, -FORMER_LIMIT)) this.#former.delete(oldest);
  }

  /** Types that messages of a checkpoint have. */
  remember(types: readonly StructType[]): void {
    for (const type of types) if (this.get(type.typeId) === undefined) this.#former.set(type.typeId, type);
  }

  /** As `program` declares it; else as the first program does that was loaded with it; else as one did last. */
  get(typeId: number, program?: DeviceProgram): StructType | undefined {
    const own = program && this.#programs.get(program)?.get(typeId);
    if (own !== undefined) return own;
    for (const types of this.#programs.values()) {
      const type = types.get(typeId);
      if (type !== undefined) return type;
    }
    return this.#former.get(typeId);
  }

  /** Of all loaded programs; a type that several declare comes several times. */
  get all(): readonly StructType[] {
    return [...this.#programs.values()].flatMap((types) => [...types.values()]);
  }

  codec(type: StructType): Codec {
    const existing = this.#codecs.get(type);
    if (existing !== undefined) return existing;
    const made = createCodec(type);
    this.#codecs.set(type, made);
    return made;
  }
}
