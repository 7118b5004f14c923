import type { StructType } from '../model/message-type.ts';
import { createCodec, type Codec } from '../model/codec/codec.ts';
import type { ProgramImage } from '../model/program.ts';

/** All message types of the loaded programs by identity, with one codec each, made when first used. */
export class TypeRegistry {
  readonly #types = new Map<number, StructType>();
  readonly #codecs = new Map<number, Codec>();

  add(image: ProgramImage): void {
    for (const type of image.info.structs) if (!this.#types.has(type.typeId)) this.#types.set(type.typeId, type);
  }

  get(typeId: number): StructType | undefined {
    return this.#types.get(typeId);
  }

  codec(type: StructType): Codec {
    const existing = this.#codecs.get(type.typeId);
    if (existing !== undefined) return existing;
    const made = createCodec(type);
    this.#codecs.set(type.typeId, made);
    return made;
  }
}
