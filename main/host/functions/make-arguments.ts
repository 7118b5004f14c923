import { StudioError } from '../../../app/base/studio-error.ts';
import { scalarNames, type ArgumentSpec } from '../../../app/model/argument-spec.ts';
import { cppName } from '../../../app/model/layout-text.ts';
import type { StructType } from '../../../app/model/message-type.ts';
import type { FunctionInfo, FunctionParameter } from '../../../app/model/program.ts';
import type { Buffers } from '../../../app/runtime/buffers/buffers.ts';
import type { UnifiedBuffer } from '../../../app/runtime/buffers/unified-buffer.ts';
import { checkCount, type LaunchArgument } from '../../../app/runtime/functions/launch-arguments.ts';
import { makeBuffer } from './make-buffer.ts';
import type { ReadFile } from './data-file.ts';

/** An argument as `launch` takes it. */
export interface MadeArgument {
  readonly value: LaunchArgument;
  readonly buffer: UnifiedBuffer | undefined;
}

interface Context {
  readonly buffers: Buffers;
  readonly structs: readonly StructType[];
  readonly seed: number;
  readonly readFile: ReadFile;
  /** Names the argument of a parameter in errors: `--arg 2 (float * data)`. */
  readonly nameOf: (parameter: FunctionParameter, index: number) => string;
}

/** @throws StudioError `InvalidOption` naming the argument, `InvalidArgument`, and for files as `makeBuffer` */
export async function makeArguments(
  specs: readonly ArgumentSpec[],
  info: FunctionInfo,
  context: Context,
): Promise<readonly MadeArgument[]> {
  const { parameters } = info;
  checkCount(info, specs.length);
  const made: MadeArgument[] = [];
  for (const [index, spec] of specs.entries())
    made.push(await makeArgument(spec, parameters[index]!, { ...context, index, made }));
  return made;
}

interface ArgumentContext extends Context {
  readonly index: number;
  readonly made: readonly MadeArgument[];
}

async function makeArgument(
  spec: ArgumentSpec,
  parameter: FunctionParameter,
  { index, made, nameOf, ...context }: ArgumentContext,
): Promise<MadeArgument> {
  const { type } = parameter;
  const what = nameOf(parameter, index);
  switch (spec.kind) {
    case 'value':
      checkType(spec, parameter, what);
      return { value: spec.value as LaunchArgument, buffer: undefined };
    case 'same': {
      const buffer = spec.argument <= index ? made[spec.argument - 1]?.buffer : undefined;
      if (buffer !== undefined) return { value: buffer, buffer };
      throw new StudioError('InvalidOption', `${what}: argument ${spec.argument} is no buffer before it.`);
    }
    case 'buffer': {
      if (type.kind !== 'pointer') throw new StudioError('InvalidOption', `${what}: it takes a value, and no buffer.`);
      const request = { spec, what, label: `argument ${index + 1}`, element: type.element, structs: context.structs };
      const buffer = await makeBuffer(request, context);
      return { value: buffer, buffer };
    }
  }
}

/** Whoever names the type is told when the parameter has another one; the value itself is checked by the launch. */
function checkType(
  { typeName }: Extract<ArgumentSpec, { readonly kind: 'value' }>,
  { type, cppType }: FunctionParameter,
  what: string,
): void {
  const scalar = typeName === undefined ? undefined : scalarNames.get(typeName);
  if (scalar === undefined) return;
  const isSame = type.kind === 'value' && type.type.kind === 'scalar' && type.type.scalar === scalar;
  if (isSame) return;
  const found = cppName({ kind: 'scalar', scalar });
  throw new StudioError('InvalidOption', `${what}: the parameter is ${cppType}, and the argument ${found}.`, {
    tip:
      type.kind === 'pointer' ? 'Give it a buffer: float[1024]=zeros.' : 'Leave the type out, or write the right one.',
  });
}
