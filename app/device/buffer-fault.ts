import { BUFFER_SLOTS } from '../abi/arena-layout.ts';

/** C++'s names of the numbers in `buffer.element_type`, from 1; a struct's number is its type id. */
const SCALAR_NAMES = [
  ...['int8_t', 'uint8_t', 'int16_t', 'uint16_t', 'int32_t', 'uint32_t', 'int64_t', 'uint64_t'],
  ...['float', 'double', 'bool', 'char'],
];

export interface BadBuffer {
  readonly slot: number;
  readonly generation: number;
  /** Number of the element type that the code asked for. */
  readonly wanted: number;
  /** What the buffer has; 0 when it has been released. */
  readonly found: number;
}

/** One sentence about a handle that a handler could not use. */
export function explainBadBuffer({ slot, generation, wanted, found }: BadBuffer): string {
  const handle = `ring::buffer<${elementName(wanted)}>`;
  if (generation === 0) return `the ${handle} refers to no buffer`;
  const id = (generation * BUFFER_SLOTS + slot).toString();
  if (found === 0) return `the ${handle} refers to buffer ${id}, which has been released`;
  return `the ${handle} refers to buffer ${id}, whose elements are ${elementName(found)}`;
}

function elementName(number: number): string {
  return SCALAR_NAMES[number - 1] ?? `struct 0x${number.toString(16).padStart(8, '0')}`;
}
