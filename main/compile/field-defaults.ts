import { decodeJson } from '../../app/model/codec/json-decode.ts';
import type { Field, FieldType, Json, StructType } from '../../app/model/message-type.ts';
import type {
  FunctionInfo,
  HandlerInfo,
  KernelInfo,
  OutputPort,
  ParameterType,
  ProgramInfo,
} from '../../app/model/program.ts';
import { limits } from './limits.ts';

/**
 * Gives every field with an initializer its default, as read from the bytes of `T{}`. The same structs, nested ones
 * included, are shared objects afterwards as before. The large fields of a state have none: states begin as those bytes,
 * and nobody reads a million numbers.
 */
export function withDefaults(
  program: ProgramInfo,
  defaults: readonly Uint8Array[],
  initializedFields: ReadonlySet<string>,
): ProgramInfo {
  const bytesByName = new Map(program.structs.map(({ name }, index) => [name, defaults[index]]));
  const done = new Map<string, StructType>();

  const completeStruct = (struct: StructType): StructType => {
    const known = done.get(struct.name);
    if (known !== undefined) return known;
    const bytes = bytesByName.get(struct.name);
    const hasDefault = ({ name, sizeBytes }: Field): boolean =>
      sizeBytes <= limits.message && initializedFields.has(`${struct.name}.${name}`);
    const given = { ...struct, fields: struct.fields.filter(hasDefault) };
    const values = bytes === undefined ? {} : (decodeJson(given, bytes) as Readonly<Record<string, Json>>);
    const fields = struct.fields.map((field) => {
      const value = Object.hasOwn(values, field.name) ? values[field.name] : undefined;
      return { ...field, type: completeType(field.type), ...(value !== undefined && { default: value }) };
    });
    const complete = { ...struct, fields };
    done.set(struct.name, complete);
    return complete;
  };
  const completeType = (type: FieldType): FieldType => {
    switch (type.kind) {
      case 'struct':
        return { ...type, struct: completeStruct(type.struct) };
      case 'array':
      case 'list':
      case 'buffer':
        return { ...type, element: completeType(type.element) };
      case 'scalar':
      case 'enum':
      case 'text':
        return type;
    }
  };
  const completePort = <T extends HandlerInfo | OutputPort>(port: T): T => {
    return { ...port, message: completeStruct(port.message) };
  };
  const kernels = program.kernels.map((kernel): KernelInfo => {
    const state = kernel.state && completeStruct(kernel.state);
    const handlers = kernel.handlers.map(completePort);
    return { ...kernel, ...(state && { state }), handlers, outputs: kernel.outputs.map(completePort) };
  });
  const completeParameter = (type: ParameterType): ParameterType => {
    if (type.kind === 'value') return { ...type, type: completeType(type.type) };
    return type.element === undefined ? type : { ...type, element: completeType(type.element) };
  };
  const functions = program.functions.map((info): FunctionInfo => ({
    ...info,
    parameters: info.parameters.map((parameter) => ({ ...parameter, type: completeParameter(parameter.type) })),
  }));
  const symbols = program.symbols.map((symbol) => ({ ...symbol, type: completeType(symbol.type) }));
  return { ...program, kernels, functions, symbols, structs: program.structs.map(completeStruct) };
}
