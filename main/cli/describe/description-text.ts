import { blockLimits, describeDim, gridLimits } from '../../../app/model/dim3.ts';
import { writeJson } from '../../../app/model/write-json.ts';
import type {
  EnumDescription,
  FieldDescription,
  FunctionDescription,
  KernelDescription,
  ProgramDescription,
  StructDescription,
  SymbolDescription,
} from './program-description.ts';

/** A description for people. */
export function descriptionText({ kernels, structs, enums, functions, symbols }: ProgramDescription): string {
  const sections = [
    ...kernels.map(kernelLines),
    ...functions.map(functionLines),
    ...symbols.map(symbolLines),
    ...structs.map(structLines),
    ...enums.map(enumLines),
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function kernelLines({ name, doc, location, handles, outputs, state, block, grid }: KernelDescription): string[] {
  const none = '(nothing)';
  const lines = [
    `kernel ${name}   ${location.file}:${location.line}`,
    ...docLines(doc),
    `  handles  ${handles.join(', ') || none}`,
    ...outputs.map(
      (output, index) =>
        `  ${index === 0 ? 'outputs' : '       '}  ${output.name}: ${output.message}${output.doc === undefined ? '' : `   ${oneLine(output.doc)}`}`,
    ),
  ];
  if (state !== null) lines.push(`  state    ${state}`);
  if (block !== 1) lines.push(`  block    ${block === 'any' ? block : describeDim(block, blockLimits)}`);
  if (grid !== 1) lines.push(`  grid     ${describeDim(grid, gridLimits)}`);
  return lines;
}

function functionLines({ name, doc, location, parameters }: FunctionDescription): string[] {
  const list = parameters.map((parameter) => `${parameter.type} ${parameter.name}`).join(', ');
  return [
    `function ${name}   ${location.file}:${location.line}`,
    ...docLines(doc),
    `  takes    ${list || '(nothing)'}`,
  ];
}

function symbolLines({ name, type, sizeBytes, doc }: SymbolDescription): string[] {
  const bytes = sizeBytes === 1 ? '1 byte' : `${sizeBytes} bytes`;
  return [`symbol ${name}   ${type}, ${bytes}`, ...docLines(doc)];
}

const FIELD_COLUMNS = ['offset', 'size', 'type', 'field', 'default', ''];

function structLines({ name, doc, typeId, sizeBytes, alignBytes, fields }: StructDescription): string[] {
  const bytes = sizeBytes === 1 ? '1 byte' : `${sizeBytes} bytes`;
  return [
    `struct ${name}   ${bytes}, aligned to ${alignBytes}, id ${typeId}`,
    ...docLines(doc),
    ...(fields.length === 0 ? ['  (no fields)'] : table([FIELD_COLUMNS, ...fields.map(fieldRow)])),
  ];
}

function fieldRow({ name, type, offset, sizeBytes, default: initial, doc }: FieldDescription): string[] {
  const value = initial === undefined ? '-' : writeJson(initial);
  return [`${offset}`, `${sizeBytes}`, type, name, value, doc === undefined ? '' : oneLine(doc)];
}

function enumLines({ name, doc, underlying, values }: EnumDescription): string[] {
  return [
    `enum ${name}: ${underlying}`,
    ...docLines(doc),
    ...table(values.map((value) => [value.value, value.name, value.doc === undefined ? '' : oneLine(value.doc)])),
  ];
}

/** Rows in columns; numbers stand on the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const isNumeric = widths.map((_, column) => rows.slice(-1).every((row) => /^-?\d+$/.test(row[column]!)));
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      isNumeric[column] === true ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
    );
    return `  ${cells.join('  ')}`.trimEnd();
  });
}

function docLines(doc: string | undefined): string[] {
  return doc === undefined ? [] : doc.split('\n').map((line) => `  ${line}`);
}

function oneLine(doc: string): string {
  return doc.replace(/\s*\n\s*/g, ' ');
}
