import { StudioError } from '../../../app/base/studio-error.ts';
import { decodeJson } from '../../../app/model/codec/json-decode.ts';
import { parseJson } from '../../../app/model/json-text.ts';
import { layoutStruct } from '../../../app/model/layout.ts';
import type { Json } from '../../../app/model/message-type.ts';
import { infoOf } from '../../../app/runtime/buffers/element-type.ts';
import type { DeviceSymbol, SymbolValue } from '../../../app/runtime/functions/device-symbol.ts';
import { readDataFile, type ReadFile } from './data-file.ts';

/**
 * The value of a variable as people write it: JSON, `@file.npy` or `@file.json`. `what` names it in errors.
 *
 * @throws StudioError `BrokenJson`, and as `readDataFile`
 */
export async function symbolValue(text: string, what: string, readFile: ReadFile): Promise<SymbolValue> {
  if (text.startsWith('@')) {
    const file = await readDataFile(text.slice(1), readFile);
    if (!('scalar' in file)) return file.value as SymbolValue;
    return new (infoOf({ kind: 'scalar', scalar: file.scalar }).makeArray)(file.bytes.buffer);
  }
  const parsed = parseJson({ text, file: what });
  if ('value' in parsed) return parsed.value as SymbolValue;
  throw new StudioError('BrokenJson', `${what}: ${parsed.problem.message}`, {
    tip: 'Values are JSON: 0.5, true, [1, 2, 3], {"x": 1}; or @file.npy or @file.json.',
  });
}

/** As the codecs write it: floats in the fewest digits, wide integers as strings. */
export function symbolJson(symbol: DeviceSymbol): Json {
  const { info } = symbol;
  const type = layoutStruct({ name: info.name, fields: [{ name: 'value', type: info.type }] });
  return (decodeJson(type, symbol.readBytes()) as { readonly value: Json }).value;
}
