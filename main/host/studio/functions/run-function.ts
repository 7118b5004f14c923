import { StudioError } from '../../../../app/base/studio-error.ts';
import type { LaunchBuffer, LaunchInput, LaunchOutcome, LaunchView } from '../../../../app/contract/functions.ts';
import { parseArgument } from '../../../../app/model/argument-spec.ts';
import { sizeOf } from '../../../../app/model/layout.ts';
import { cppName } from '../../../../app/model/layout-text.ts';
import type { PrintedText } from '../../../../app/runtime/printed-text.ts';
import type { DeviceFunction } from '../../../../app/runtime/functions/device-function.ts';
import type { DeviceSymbol } from '../../../../app/runtime/functions/device-symbol.ts';
import { LaunchFailure } from '../../../../app/runtime/functions/launch-failure.ts';
import type { Program } from '../../../../app/runtime/runtime.ts';
import type { StudioRuntime } from '../../create-runtime.ts';
import type { ReadFile } from '../../functions/data-file.ts';
import { fieldsOf } from '../../functions/element-fields.ts';
import { inSlices } from '../../functions/in-slices.ts';
import { makeArguments, type MadeArgument } from '../../functions/make-arguments.ts';
import { symbolJson, symbolValue } from '../../functions/symbol-text.ts';
import type { KeptBuffer, KeptLaunch } from './kept-launches.ts';

/** Variables larger than this are not shown. */
const MOST_SYMBOL_BYTES = 65_536;

interface Surroundings {
  readonly runtime: StudioRuntime;
  readonly program: Program;
  readonly readFile: ReadFile;
  readonly print: (printed: PrintedText) => void;
  /** Told what is left out of the view, and why. */
  readonly warn: (message: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Makes the buffers, runs the function, and keeps what they held before and hold then, also where it failed.
 *
 * @throws StudioError for arguments that do not fit
 * @throws the signal's reason when it is aborted
 */
export async function runFunction(
  input: LaunchInput,
  { runtime, program, readFile, print, warn, signal }: Surroundings,
): Promise<KeptLaunch> {
  const chosen = program.function(input.functionName);
  const { parameters } = chosen.info;
  const specs = input.args.map((text, index) =>
    parseArgument(text, parameters[index]?.name ?? `argument ${index + 1}`),
  );
  const made = await makeArguments(specs, chosen.info, {
    buffers: runtime.buffers,
    structs: program.image.info.structs,
    seed: 0,
    readFile,
    nameOf: ({ cppType, name }) => `${cppType} ${name}`,
  });
  for (const { name, text } of input.symbols) program.symbol(name).write(await symbolValue(text, name, readFile));
  const owned = ownedBuffers(made);
  const before = new Map([...owned].map(([index, buffer]) => [index, buffer.copyBytes()]));
  const outcome = await launch(chosen, { input, made, print, signal });
  const buffers = new Map(
    [...owned].map(([index, buffer]): [number, KeptBuffer] => [
      index,
      { element: buffer.elementType, before: before.get(index)!, after: buffer.copyBytes() },
    ]),
  );
  const views: LaunchBuffer[] = [];
  for (const [index, kept] of buffers) {
    const { length, sizeBytes, elementName } = owned.get(index)!;
    const fields = fieldsOf(kept.element).map(({ path }) => path);
    const changed = await countChanged(kept);
    views.push({ index, name: parameters[index]!.name, elementName, length, sizeBytes, fields, changed });
  }
  const symbols = program.symbols
    .filter(({ info }) => info.sizeBytes <= MOST_SYMBOL_BYTES)
    .flatMap((symbol) => symbolView(symbol, warn));
  return { view: { ...launchHead(input), outcome, buffers: views, symbols }, buffers };
}

export function launchHead({ launchId: id, path, functionName, grid, block }: LaunchInput) {
  return { id, path, functionName, grid, block, atMs: Date.now() } satisfies Partial<LaunchView>;
}

/** None of a variable that holds what its type cannot, such as a bool that something else was written over. */
function symbolView(symbol: DeviceSymbol, warn: Surroundings['warn']): LaunchView['symbols'] {
  const { name, type } = symbol.info;
  try {
    return [{ name, type: cppName(type), value: symbolJson(symbol) }];
  } catch (error) {
    if (!(error instanceof StudioError) || error.code !== 'InvalidValue') throw error;
    warn(`variable '${name}' cannot be shown: ${error.message}`);
    return [];
  }
}

type Buffer = NonNullable<MadeArgument['buffer']>;

/** Each buffer at the first parameter that has it. */
function ownedBuffers(made: readonly MadeArgument[]): ReadonlyMap<number, Buffer> {
  const owned = new Map<number, Buffer>();
  for (const [index, { buffer }] of made.entries())
    if (buffer !== undefined && ![...owned.values()].includes(buffer)) owned.set(index, buffer);
  return owned;
}

interface Launch extends Pick<Surroundings, 'print' | 'signal'> {
  readonly input: LaunchInput;
  readonly made: readonly MadeArgument[];
}

async function launch(chosen: DeviceFunction, { input, made, print, signal }: Launch): Promise<LaunchOutcome> {
  const { grid, block, sharedBytes, isCooperative: cooperative, timeLimitMs } = input;
  const onPrint: NonNullable<Parameters<typeof chosen.launch>[0]['onPrint']> = (text, place) =>
    print({ actor: chosen.name, text, ...(place && { place }) });
  try {
    const options = { grid, block, sharedBytes, cooperative, timeLimitMs, signal, onPrint };
    return { kind: 'done', ...(await chosen.launch(options, ...made.map(({ value }) => value))) };
  } catch (error) {
    if (!(error instanceof LaunchFailure)) throw error;
    const { faultCause: cause, detail, location, block: failedBlock, thread } = error;
    return {
      kind: 'failed',
      cause,
      detail,
      ...(location && { location }),
      ...(failedBlock && { block: failedBlock }),
      ...(thread && { thread }),
    };
  }
}

/** Elements of which a byte differs. */
async function countChanged({ element, before, after }: KeptBuffer): Promise<number> {
  const strideBytes = sizeOf(element);
  let changed = 0;
  await inSlices(after.length / strideBytes, (index) => {
    const end = (index + 1) * strideBytes;
    let at = index * strideBytes;
    while (at < end && before[at] === after[at]) at += 1;
    if (at < end) changed += 1;
  });
  return changed;
}
