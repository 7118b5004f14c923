import type { ProgramImage } from '../../../app/model/program.ts';
import { STACK_FUNCTION, STOP_FUNCTION } from './instrument.ts';
import { offsetBeforeMoves, originalOffset } from './original-offset.ts';
import { codeContentStart } from './sections.ts';
import type { SourceFrame } from './symbolizer.ts';
import { parseSymbolizerOutput } from './symbolizer.ts';
import { parseTrapStack } from './trap-stack.ts';

/**
 * Runs LLVM's symbolizer with `symbolizerArguments` on the module and answers with its output. A port, because the
 * compiler lives in another process.
 */
export type Symbolize = (debugWasm: Uint8Array, offsets: readonly number[]) => Promise<string>;

export interface FaultLocation {
  /** The user's frames, innermost first; empty when nothing of the user's was on the stack or has a known line. */
  readonly frames: readonly SourceFrame[];
}

/** Folders of the compiler's file system that hold the runtime's headers, and the unit that includes the user's file. */
const OWN_FOLDERS = ['/ring/', '/unit/'];
const RUNTIME_FUNCTIONS: ReadonlySet<string> = new Set([STOP_FUNCTION, STACK_FUNCTION]);
/** A recursion's stack repeats itself; more frames tell nothing and cost time. */
const MAX_FRAMES = 64;

/**
 * Says where in the source a WebAssembly trap, a stop, or a stack overflow (V8's RangeError too) happened.
 *
 * V8 keeps `Error.stackTraceLimit` frames, 10 by default, and the runtime's and the host's frames count as well: the
 * worker raises it (to 50) once, at its start, so that callers are not lost.
 *
 * @param stack `Error.stack` as V8 writes it
 */
export async function locateFault(
  stack: string,
  image: Pick<ProgramImage, 'debugWasm' | 'insertions' | 'moves'>,
  symbolize: Symbolize,
): Promise<FaultLocation> {
  const traps = parseTrapStack(stack).slice(0, MAX_FRAMES);
  if (traps.length === 0) return { frames: [] };
  const codeStart = codeContentStart(image.debugWasm);
  const { insertions, moves } = image;
  const located = traps.map((trap) => {
    const offset = originalOffset(trap.offset, insertions);
    return { name: trap.function, offset: (moves ? offsetBeforeMoves(offset, moves) : offset) - codeStart };
  });
  const offsets = [...new Set(located.map(({ offset }) => offset).filter((offset) => offset >= 0))];
  const symbols = parseSymbolizerOutput(await symbolize(image.debugWasm, offsets));
  const framesAt = new Map(offsets.map((offset, index) => [offset, symbols[index] ?? []]));
  const frames = located.flatMap(({ name, offset }) => nameFunction(framesAt.get(offset) ?? [], name));
  return { frames: frames.filter(isUserFrame) };
}

/** Line tables name inlined functions only; the function itself is the last frame, and V8 knows its full name. */
function nameFunction(frames: readonly SourceFrame[], name: string): SourceFrame[] {
  return frames.map((frame, index) =>
    index === frames.length - 1 && name !== '' ? { ...frame, function: name } : frame,
  );
}

function isUserFrame(frame: SourceFrame): boolean {
  const isOurs = OWN_FOLDERS.some((folder) => frame.file.startsWith(folder));
  return frame.line > 0 && !RUNTIME_FUNCTIONS.has(frame.function) && !isOurs;
}
