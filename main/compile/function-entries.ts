import type { FunctionInfo } from '../../app/model/program.ts';
import type { Analysis } from './analysis/analyze.ts';
import type { FunctionReference } from './analysis/function-reader.ts';

/**
 * `ring_thread_entry`, which runs in every thread of a launch: a case for each function, which reads its arguments from
 * the parameter block. The layout of the block and the functions' types are stated for the compiler to prove.
 */
export function threadEntry({ program, functionReferences }: Analysis): string[] {
  const { functions } = program;
  return [
    ...functions.flatMap((info, index) => parameterBlock(info, index, functionReferences[index]!)),
    'RING_THREAD_ENTRY_BEGIN',
    ...functions.map((info, index) => functionCase(info, index, functionReferences[index]!)),
    'RING_THREAD_ENTRY_END',
  ];
}

function parameterBlock(info: FunctionInfo, index: number, { parameterTypes }: FunctionReference): string[] {
  if (parameterTypes.length === 0) return [];
  const block = blockName(index);
  // No parameter is an array, so that the type always stands before the name.
  const members = parameterTypes.map((type, position) => `${type} ${memberName(position)}`);
  return [
    `struct ${block} { ${members.join('; ')}; };`,
    `static_assert(sizeof(${block}) == ${info.parameterBytes}, "parameters of ${info.name}");`,
    ...info.parameters.map(
      ({ offset, sizeBytes }, position) =>
        `RING_PROVE_FIELD(${block}, ${memberName(position)}, ${offset}, ${sizeBytes})`,
    ),
  ];
}

/** Binding the function to a pointer of the type that was read picks the overload, and fails for any other type. */
function functionCase(
  { entry, name }: FunctionInfo,
  index: number,
  { expression, parameterTypes }: FunctionReference,
): string {
  const args = parameterTypes.map((_, position) => `block_->${memberName(position)}`).join(', ');
  const block = parameterTypes.length === 0 ? '' : `RING_PARAMETERS(${blockName(index)}) `;
  return `case ${entry}: { /* ${name} */ ${block}constexpr void (*function_)(${parameterTypes.join(', ')}) = &${expression}; function_(${args}); break; }`;
}

function blockName(index: number): string {
  return `ring_parameters_${index}`;
}

function memberName(position: number): string {
  return `p${position}`;
}
