import { NO_PLACE, REPORT } from '../../../app/abi/cuda-layout.ts';
import type { SourceLocation } from '../../../app/base/studio-error.ts';
import type { Arena, ArenaBlock } from '../../../app/device/arena.ts';
import { explainBadBuffer } from '../../../app/device/buffer-fault.ts';
import type { FaultCause } from '../../../app/device/fault-cause.ts';
import { threadPlace, type ThreadPlace } from '../../../app/device/thread-place.ts';
import { explainFault, faultCause } from '../arena/fault-cause.ts';
import type { PrintReader } from './prints.ts';

/** Of a report's ring of printed texts: 8 bytes each, a power of two. */
const PRINT_WORDS = 1024;

export interface ReportedFault {
  readonly cause: FaultCause;
  readonly detail: string;
  readonly place: ThreadPlace | undefined;
  /** As the GPU's compiler knows it. */
  readonly location: SourceLocation | undefined;
}

/** Memory for what kernels say besides messages (kernels/abi/ring_abi_cuda.h), with a ring for what they print. */
export function allocateReport(arena: Arena, label: string): ArenaBlock {
  const block = arena.allocate(label, REPORT.sizeBytes + PRINT_WORDS * 8);
  arena.u32[(block.address + REPORT.prints) >>> 2] = block.address + REPORT.sizeBytes;
  arena.u32[(block.address + REPORT.printWords) >>> 2] = PRINT_WORDS;
  return block;
}

/** Takes what was printed, and tells how many calls found no room. */
export function passPrints(reader: PrintReader, pass: (text: string, place: ThreadPlace | undefined) => void): void {
  const { prints, dropped } = reader.drain();
  for (const { text, place } of prints) pass(text, place);
  if (dropped > 0) pass(`[${dropped.toString()} printf calls lost]\n`, undefined);
}

/** Why code gave up, by its own account; undefined where it did not. */
export function reportedFault(arena: Arena, report: number): ReportedFault | undefined {
  const word = (offset: number): number => Atomics.load(arena.u32, (report + offset) >>> 2);
  const code = word(REPORT.code);
  if (code === 0) return undefined;
  const text = (at: number, end: number, sizeBytes: number): string =>
    Buffer.from(arena.u8.slice(report + at, report + Math.min(at + sizeBytes, end))).toString('utf8');
  const cause = faultCause(code, '');
  const said = text(REPORT.text, REPORT.prints, word(REPORT.textBytes));
  const details = [0, 4, 8, 12].map((at) => word(REPORT.details + at));
  const rank = (offset: number): number | undefined => (word(offset) === NO_PLACE ? undefined : word(offset));
  const file = text(REPORT.file, REPORT.text, word(REPORT.fileBytes));
  return {
    cause,
    detail: detailOf(cause, said, details),
    place: threadPlace({ block: rank(REPORT.block), thread: rank(REPORT.thread) }),
    location: file === '' ? undefined : { file, line: word(REPORT.line) },
  };
}

function detailOf(cause: FaultCause, said: string, [first = 0, second = 0, wanted = 0, found = 0]: number[]): string {
  if (cause === 'out-of-bounds')
    return `index ${first.toString()} is out of bounds for ${said} of capacity ${second.toString()}`;
  if (cause === 'invalid-buffer') return explainBadBuffer({ slot: first, generation: second, wanted, found });
  if (cause === 'assertion-failed') return said;
  const message = said === '' ? cause : said;
  return explainFault(cause, { message, handlerBudgetMs: 0, who: 'a thread', stackBytes: 0 });
}
