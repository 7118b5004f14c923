import { StudioError } from '../../base/studio-error.ts';
import type { Arena } from '../../device/arena.ts';
import { createCodec, type Codec, type MessageValue } from '../../model/codec/codec.ts';
import { encodeJson } from '../../model/codec/json-encode.ts';
import { viewMemory, type MemoryViews } from '../../model/codec/memory-views.ts';
import { layoutStruct } from '../../model/layout.ts';
import { cppName } from '../../model/layout-text.ts';
import type { FieldType, ScalarKind } from '../../model/message-type.ts';
import type { SymbolInfo } from '../../model/program.ts';
import { infoOf, type ElementArray } from '../buffers/element-type.ts';

/** What a symbol is written with: an array of numbers of its elements' type, or its value as in a message. */
export type SymbolValue = ElementArray | MessageValue | object;

/**
 * A `__constant__` or `__device__` variable of a loaded program: the place of cudaMemcpyToSymbol. All actors and launches
 * of the program see the same variable. Write while none of them uses it.
 */
export class DeviceSymbol {
  readonly info: SymbolInfo;
  readonly #arena: Arena;
  readonly #address: number;
  readonly #check: () => void;
  readonly #codec: Codec<{ readonly value: MessageValue }>;
  readonly #views: MemoryViews;

  /** `check` throws when the program is loaded no more. */
  constructor(
    info: SymbolInfo,
    { arena, address, check }: { readonly arena: Arena; readonly address: number; readonly check: () => void },
  ) {
    this.info = info;
    this.#arena = arena;
    this.#address = address;
    this.#check = check;
    this.#codec = createCodec(layoutStruct({ name: info.name, fields: [{ name: 'value', type: info.type }] }));
    this.#views = viewMemory(arena.memory.buffer);
  }

  /**
   * Writes all of it.
   *
   * @throws StudioError `InvalidValue` naming the variable, its type and what is wrong; `ProgramNotLoaded`
   */
  write(value: SymbolValue): void {
    this.#check();
    const { sizeBytes } = this.info;
    const bytes = isArray(value) ? this.#arrayBytes(value) : this.#valueBytes(value);
    this.#arena.u8.set(bytes.subarray(0, sizeBytes), this.#address);
  }

  /**
   * A copy of what it holds: of an array of numbers a typed array, all dimensions in one; else the value as in a message.
   *
   * @throws StudioError `InvalidValue` where memory holds what the type cannot; `ProgramNotLoaded`
   */
  read(): ElementArray | MessageValue {
    this.#check();
    const { type } = this.info;
    const scalar = type.kind === 'array' ? innermostScalar(type) : undefined;
    if (scalar === undefined) return this.#codec.read(this.#views, this.#address).value;
    const { makeArray } = infoOf({ kind: 'scalar', scalar });
    return new makeArray(this.readBytes().buffer);
  }

  /** A copy of its bytes. @throws StudioError `ProgramNotLoaded` */
  readBytes(): Uint8Array<ArrayBuffer> {
    this.#check();
    const bytes = new Uint8Array(this.info.sizeBytes);
    bytes.set(this.#arena.u8.subarray(this.#address, this.#address + this.info.sizeBytes));
    return bytes;
  }

  #arrayBytes(value: ElementArray): Uint8Array {
    const { type, sizeBytes } = this.info;
    const scalar = innermostScalar(type);
    const info = scalar === undefined ? undefined : infoOf({ kind: 'scalar', scalar });
    if (info === undefined || !(value instanceof info.makeArray))
      throw this.#refusal(
        `it takes ${info?.makeArray.name ?? 'the fields of a struct'}, and got ${value.constructor.name}`,
      );
    const length = sizeBytes / info.sizeBytes;
    if (value.length !== length)
      throw this.#refusal(`it has ${length.toString()} elements, and got ${value.length.toString()}`);
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    if (scalar === 'bool' && bytes.some((byte) => byte > 1)) throw this.#refusal('a bool is 0 or 1');
    return bytes;
  }

  #valueBytes(value: unknown): Uint8Array {
    const bytes = new Uint8Array(this.#codec.type.sizeBytes);
    const given = value === undefined ? null : value;
    const [problem] = encodeJson(this.#codec.type, { value: given }, bytes);
    if (problem === undefined) return bytes;
    const path = problem.path === 'value' ? '' : `${problem.path ?? ''}: `;
    throw this.#refusal(`${path}${problem.message.replace(/\.$/, '')}`, problem.tip);
  }

  #refusal(why: string, tip?: string): StudioError {
    const { name, type } = this.info;
    const message = `symbol '${name}' (${cppName(type)}): ${why}.`;
    return new StudioError('InvalidValue', message, tip === undefined ? {} : { tip });
  }
}

function isArray(value: SymbolValue): value is ElementArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function innermostScalar(type: FieldType): ScalarKind | undefined {
  if (type.kind === 'array') return innermostScalar(type.element);
  return type.kind === 'scalar' ? type.scalar : undefined;
}
