import { writeJson } from '../../../app/model/write-json.ts';
import { cppName } from '../../../app/model/layout-text.ts';
import type { Json } from '../../../app/model/message-type.ts';
import type { FunctionInfo } from '../../../app/model/program.ts';
import type { DeviceFunction } from '../../../app/runtime/functions/device-function.ts';
import type { DeviceSymbol } from '../../../app/runtime/functions/device-symbol.ts';
import type { LaunchFigures } from '../../../app/runtime/functions/functions.ts';
import type { LaunchFailure } from '../../../app/runtime/functions/launch-failure.ts';
import type { Program } from '../../../app/runtime/runtime.ts';
import type { MadeArgument } from '../../host/functions/make-arguments.ts';
import { elementsOf } from '../../host/functions/make-buffer.ts';
import { symbolJson } from '../../host/functions/symbol-text.ts';
import { noSuchThing, parameterIndex } from './exec-plan.ts';
import { StudioError } from '../../../app/base/studio-error.ts';

/** @throws StudioError `InvalidOption` for what cannot be shown */
export function checkPrints(prints: readonly string[], info: FunctionInfo, program: Program): void {
  for (const which of prints) {
    const index = parameterIndex(info, which, '--print');
    const symbols = program.symbols.map((symbol) => symbol.info.name);
    if (index === undefined && !symbols.includes(which)) {
      const names = [...info.parameters.map(({ name }) => name), ...symbols];
      throw noSuchThing('--print', which, names);
    }
    if (index === undefined || info.parameters[index]?.type.kind === 'pointer') continue;
    throw new StudioError(
      'InvalidOption',
      `--print ${which}: '${info.parameters[index]!.name}' is a value, and no buffer.`,
    );
  }
}

interface Results {
  readonly figures: LaunchFigures;
  readonly prints: readonly string[];
  readonly made: readonly MadeArgument[];
  readonly chosen: DeviceFunction;
  readonly program: Program;
}

export function resultLines({ figures, prints, made, chosen, program }: Results): string[] {
  const { device, durationMs, blocks, threads } = figures;
  const first = { function: chosen.name, device, durationMs: Number(durationMs.toFixed(3)), blocks, threads };
  return [
    JSON.stringify(first),
    ...prints.map((which) => {
      const index = parameterIndex(chosen.info, which, '--print');
      return index === undefined ? symbolLine(program.symbol(which)) : bufferLine(index, made[index]!, chosen);
    }),
  ];
}

function bufferLine(index: number, { buffer }: MadeArgument, { info }: DeviceFunction): string {
  const { name } = info.parameters[index]!;
  const values: Json = buffer === undefined ? null : elementsOf(buffer.elementType, buffer.copyBytes());
  return writeJson({ argument: index + 1, name, type: buffer?.elementName ?? 'null', values });
}

function symbolLine(symbol: DeviceSymbol): string {
  const { name, type } = symbol.info;
  return writeJson({ symbol: name, type: cppName(type), value: symbolJson(symbol) });
}

/** For stderr, before the error itself. */
export function failureLine(name: string, { faultCause, detail, location, block, thread }: LaunchFailure): string {
  return JSON.stringify({
    failed: name,
    cause: faultCause,
    detail,
    ...(location && { at: `${location.file}:${location.line}` }),
    ...(block && { block }),
    ...(thread && { thread }),
  });
}
