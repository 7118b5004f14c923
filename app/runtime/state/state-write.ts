import { StudioError } from '../../base/studio-error.ts';
import { problemText } from '../../base/problem-text.ts';
import { encodeJson, encodePatch, type EncodedPart } from '../../model/codec/json-encode.ts';
import type { StructType } from '../../model/message-type.ts';

/** What is to be written into a state: parts of `bytes`, which are laid out as the state is. */
export interface StateWrite {
  readonly type: StructType;
  readonly bytes: Uint8Array;
  readonly parts: readonly EncodedPart[];
}

/** @throws StudioError `InvalidState` with all problems */
export function planStateWrite(type: StructType, json: unknown, mode: 'patch' | 'replace'): StateWrite {
  const bytes = new Uint8Array(type.sizeBytes);
  const whole = [{ offset: 0, sizeBytes: type.sizeBytes }];
  const { problems, parts } =
    mode === 'patch' ? encodePatch(type, json, bytes) : { problems: encodeJson(type, json, bytes), parts: whole };
  if (problems.length === 0) return { type, bytes, parts };
  const list = problems.map((problem) => problemText(problem));
  throw new StudioError('InvalidState', `not a ${type.name}: ${list.join('; ')}`, { problems });
}
