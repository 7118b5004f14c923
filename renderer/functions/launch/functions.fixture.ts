import type { FieldType } from '../../../app/model/message-type.ts';
import type { FunctionParameter } from '../../../app/model/program.ts';
import { layoutStruct } from '../../../app/model/layout.ts';

export const float: FieldType = { kind: 'scalar', scalar: 'f32' };
export const unsigned: FieldType = { kind: 'scalar', scalar: 'u32' };
export const point: FieldType = {
  kind: 'struct',
  struct: layoutStruct({
    name: 'app::Point',
    fields: [
      { name: 'x', type: float },
      { name: 'y', type: float },
    ],
  }),
};
export const mode: FieldType = {
  kind: 'enum',
  enum: {
    name: 'Mode',
    underlying: 'i32',
    values: [
      { name: 'SLOW', value: '0' },
      { name: 'FAST', value: '1' },
    ],
  },
};

export function pointer(name: string, element: FieldType | undefined, isConst = false): FunctionParameter {
  const type = { kind: 'pointer' as const, isConst, ...(element !== undefined && { element }) };
  return { name, cppType: 'T *', type, offset: 0, sizeBytes: 4 };
}

export function value(name: string, type: FieldType): FunctionParameter {
  return { name, cppType: 'T', type: { kind: 'value', type }, offset: 0, sizeBytes: 4 };
}
