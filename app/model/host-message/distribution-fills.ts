import type { SeededRandom } from '../../base/seeded-random.ts';
import type { Problem } from '../../base/studio-error.ts';
import { fieldPath } from '../codec/json-place.ts';
import type { StructType } from '../message-type.ts';
import type { Distribution } from '../topology/distribution.ts';
import { valueSource } from './distribution-fill.ts';
import { fieldTypeAt, parseFieldPath } from './field-path.ts';
import type { FieldFill } from './message-template.ts';

export interface Fills {
  readonly fills: readonly FieldFill[];
  readonly problems: readonly Problem[];
}

/** Each field has random numbers of its own: another field more changes nothing of it. */
export function distributionFills(
  type: StructType,
  fields: Readonly<Record<string, Distribution>>,
  random: SeededRandom,
): Fills {
  const problems: Problem[] = [];
  const fills = Object.entries(fields).map(([path, distribution]): FieldFill => {
    const segments = parseFieldPath(path);
    const fieldType = segments === undefined ? undefined : fieldTypeAt(type, segments);
    if (fieldType === undefined) return { path, value: () => 0, samples: [] }; // the template reports it
    const source = valueSource(distribution, fieldType, random.fork(path));
    if ('next' in source) return { path, value: once(source.next), samples: source.samples };
    problems.push({ severity: 'error', ...source.problem, path: fieldPath('fields', path) });
    return { path, value: () => 0, samples: [] };
  });
  return { fills, problems };
}

/** The template makes one message to check itself, which must not take a value away. */
function once(next: (index: number) => unknown): FieldFill['value'] {
  let drawn: { readonly index: number; readonly value: unknown } | undefined;
  return ({ sequence }) => {
    if (drawn?.index !== sequence) drawn = { index: sequence, value: next(sequence) };
    return drawn.value;
  };
}
