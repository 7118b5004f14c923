import { StudioError } from '../../../app/base/studio-error.ts';
import { cppName } from '../../../app/model/layout-text.ts';
import type { StructType } from '../../../app/model/message-type.ts';
import type { FunctionInfo, FunctionParameter } from '../../../app/model/program.ts';
import type { Buffers } from '../../../app/runtime/buffers/buffers.ts';
import type { UnifiedBuffer } from '../../../app/runtime/buffers/unified-buffer.ts';
import type { LaunchArgument } from '../../../app/runtime/functions/launch-arguments.ts';
import { scalarNames, type ArgumentSpec } from '../../../app/model/argument-spec.ts';
import { makeBuffer } from './exec-buffers.ts';

/** An argument as `launch` takes it. */
export interface ExecArgument {
  readonly value: LaunchArgument;
  readonly buffer: UnifiedBuffer | undefined;
}

interface Context {
  readonly buffers: Buffers;
  readonly structs: readonly StructType[];
  readonly seed: number;
  readonly cwd: string;
}

/** @throws StudioError `InvalidOption` naming the argument, `InvalidArgument`, and for files as `makeBuffer` */
export async function makeArguments(
  specs: readonly ArgumentSpec[],
  info: FunctionInfo,
  context: Context,
): Promise<readonly ExecArgument[]> {
  const { name, parameters } = info;
  if (specs.length !== parameters.length) {
    const list = parameters.map((parameter) => `${parameter.cppType} ${parameter.name}`).join(', ');
    throw new StudioError(
      'InvalidArgument',
      `'${name}' takes ${parameters.length} arguments, and there are ${specs.length} --arg.`,
      {
        tip: list === '' ? 'It has no parameters.' : `In this order: ${list}.`,
      },
    );
  }
  const made: ExecArgument[] = [];
  for (const [index, spec] of specs.entries())
    made.push(await makeArgument(spec, parameters[index]!, { ...context, index, made }));
  return made;
}

interface ArgumentContext extends Context {
  readonly index: number;
  readonly made: readonly ExecArgument[];
}

async function makeArgument(
  spec: ArgumentSpec,
  parameter: FunctionParameter,
  { index, made, ...context }: ArgumentContext,
): Promise<ExecArgument> {
  const { name, cppType, type } = parameter;
  const what = `--arg ${index + 1} (${cppType} ${name})`;
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
