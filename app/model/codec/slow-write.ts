import { problemText } from '../../base/problem-text.ts';
import { type Problem, StudioError } from '../../base/studio-error.ts';
import type { Field, StructType } from '../message-type.ts';
import { encodeJson } from './json-encode.ts';
import type { MemoryViews } from './memory-views.ts';

/**
 * Where generated code goes with a message that is not plainly right: encodes by the JSON codec's rules.
 *
 * @throws StudioError `InvalidMessage` with every problem.
 */
export function writeSlowly(type: StructType, message: unknown, target: Uint8Array): void {
  const bytes = new Uint8Array(type.sizeBytes);
  const problems = encodeJson(type, message, bytes);
  if (problems.length > 0) throw invalidMessage(type.name, problems);
  target.set(bytes);
}

/** The same for one field, as a cursor's setter needs it. */
export class SlowField {
  private readonly type: StructType;
  private readonly name: string;

  constructor(owner: StructType, field: Field) {
    const { default: _, ...required } = field;
    const fields = [{ ...required, offset: 0 }];
    this.name = field.name;
    this.type = { name: owner.name, fields, sizeBytes: field.sizeBytes, alignBytes: owner.alignBytes, typeId: 0 };
  }

  store(views: MemoryViews, byteOffset: number, value: unknown): void {
    writeSlowly(this.type, { [this.name]: value }, views.u8.subarray(byteOffset, byteOffset + this.type.sizeBytes));
  }
}

function invalidMessage(name: string, problems: readonly Problem[]): StudioError {
  const [first, ...others] = problems;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return new StudioError('InvalidMessage', `${name}: ${first === undefined ? '' : problemText(first)}${more}`, {
    problems,
  });
}
