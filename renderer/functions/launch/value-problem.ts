import { encodeJsonArrays } from '../../../app/model/codec/json-encode.ts';
import { layoutStruct } from '../../../app/model/layout.ts';
import type { FieldType } from '../../../app/model/message-type.ts';

/** Why the value does not fit the type, in a sentence without its full stop; undefined when it does. */
export function valueProblem(value: unknown, type: FieldType): string | undefined {
  const holder = layoutStruct({ name: 'argument', fields: [{ name: 'value', type }] });
  const target = { bytes: new Uint8Array(holder.sizeBytes), inline: [] };
  const [problem] = encodeJsonArrays(holder, { value }, target);
  if (problem === undefined) return undefined;
  const place = (problem.path ?? '').replace(/^value\.?/, '');
  return `${place === '' ? '' : `${place}: `}${problem.message.replace(/\.$/, '')}`;
}
