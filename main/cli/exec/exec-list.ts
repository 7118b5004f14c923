import { cppName } from '../../../app/model/layout-text.ts';
import type { FunctionParameter, ProgramInfo } from '../../../app/model/program.ts';

/** The functions with their parameters, then the variables, a JSON line each. */
export function listLines({ functions, symbols }: ProgramInfo): string {
  const lines = [
    ...functions.map(({ name, parameters, doc, location }) => ({
      function: name,
      parameters: parameters.map((parameter) => ({
        name: parameter.name,
        type: parameter.cppType,
        takes: taken(parameter),
      })),
      ...(doc !== undefined && { doc }),
      at: `${location.file}:${location.line}`,
    })),
    ...symbols.map(({ name, type, doc, location }) => ({
      symbol: name,
      type: cppName(type),
      ...(doc !== undefined && { doc }),
      at: `${location.file}:${location.line}`,
    })),
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** How its argument is written: `float[]`, `int32_t`. */
function taken({ type }: FunctionParameter): string {
  if (type.kind === 'value') return cppName(type.type);
  return type.element === undefined ? 'any buffer' : `${cppName(type.element)}[]`;
}
