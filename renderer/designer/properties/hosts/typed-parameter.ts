import { parseJson } from '../../../../app/model/json-text.ts';
import { type Distribution, distributionSchema } from '../../../../app/model/topology/distribution.ts';
import { numberOf } from '../number-text.ts';
import type { Parameter } from './distributions.ts';

/**
 * The distribution with a parameter as it is typed; undefined where it cannot be so. What holds without it may be
 * emptied, and is left out then.
 */
export function withTyped(
  distribution: Distribution,
  { key, absent, isJson }: Parameter,
  text: string,
): Distribution | undefined {
  const { [key]: _, ...others } = distribution as Distribution & Readonly<Record<string, unknown>>;
  if (text === '' && absent !== undefined) return distributionSchema.safeParse(others).data;
  const value = isJson ? jsonOf(text) : numberOf(text);
  return value === undefined ? undefined : distributionSchema.safeParse({ ...others, [key]: value }).data;
}

/** Undefined for what is no JSON. */
function jsonOf(text: string): unknown {
  const parsed = parseJson({ text, file: '' });
  return 'problem' in parsed ? undefined : parsed.value;
}
