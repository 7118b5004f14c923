import type { FunctionInfo, ProgramInfo } from '../../app/model/program.ts';
import type { Analysis } from './analysis/analyze.ts';
import type { FunctionReference } from './analysis/function-reader.ts';

/**
 * `ring_thread_entry`, which runs in every thread of a launch: a case for each kernel whose blocks have several threads,
 * and one for each plain function, which reads its arguments from the parameter block. The layout of the block and the
 * functions' types are stated for the compiler to prove.
 */
export function threadEntry({ program, functionReferences }: Analysis): string[] {
  const { functions } = program;
  return [
    ...functions.flatMap((info, index) => parameterBlock(info, index, functionReferences[index]!)),
    'RING_THREADS_BEGIN',
    ...handlerCases(program),
    ...functions.map((info, index) => functionCase(info, index, functionReferences[index]!)),
    'RING_THREADS_END',
    ...(functions.length > 0 ? ['RING_LAUNCHES_FUNCTIONS'] : []),
  ];
}

/** None where blocks have one thread: whatever waits there waits for nobody. */
function handlerCases({ threads, kernels }: ProgramInfo): string[] {
  if (threads === 'one') return [];
  return kernels.map(({ name }, index) => `RING_THREADS_HANDLER(${index}, ${name})`);
}

function parameterBlock(info: FunctionInfo, index: number, { parameterTypes }: FunctionReference): string[] {
  if (parameterTypes.length === 0) return [];
  const block = blockName(index);
  // No parameter is an array, so that the type always stands before the name.
  const members = parameterTypes.map((type, position) => `${type} ${memberName(position)}`);
  return [
    `RING_PARAMETERS_STRUCT(${block}, ${info.parameterBytes}, ${members.join('; ')};)`,
    ...info.parameters.map(
      ({ offset, sizeBytes }, position) =>
        `RING_PROVE_PARAMETER(${block}, ${memberName(position)}, ${offset}, ${sizeBytes})`,
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
  const call = `constexpr void (*function_)(${parameterTypes.join(', ')}) = &${expression}; [[clang::noinline]] function_(${args});`;
  return `RING_THREADS_FUNCTION(${entry}, ${block}${call}) // ${name}`;
}

function blockName(index: number): string {
  return `ring_parameters_${index}`;
}

function memberName(position: number): string {
  return `p${position}`;
}
