import type { DeviceProgram } from '../device/device.ts';
import type { StructType } from '../model/message-type.ts';
import { createCodec, type Codec } from '../model/codec/codec.ts';

/**
 * The message types of the loaded programs. A type's id says nothing about defaults and names of enumerators: programs
 * that share a type may differ in them, so each is asked for its own.
 */
export class TypeRegistry {
  readonly #programs = new Map<DeviceProgram, ReadonlyMap<number, StructType>>();
  readonly #codecs = new WeakMap<StructType, Codec>();

  add(program: DeviceProgram): void {
    this.#programs.set(program, new Map(program.image.info.structs.map((type) => [type.typeId, type])));
  }

  delete(program: DeviceProgram): void {
    this.#programs.delete(program);
  }

  /** As `program` declares it; else as the first program does that was loaded with it. */
  get(typeId: number, program?: DeviceProgram): StructType | undefined {
    const own = program && this.#programs.get(program)?.get(typeId);
    if (own !== undefined) return own;
    for (const types of this.#programs.values()) {
      const type = types.get(typeId);
      if (type !== undefined) return type;
    }
    return undefined;
  }

  codec(type: StructType): Codec {
    const existing = this.#codecs.get(type);
    if (existing !== undefined) return existing;
    const made = createCodec(type);
    this.#codecs.set(type, made);
    return made;
  }
}
