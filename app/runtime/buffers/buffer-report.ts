import { formatBytes } from '../../device/arena.ts';
import type { CopyCounts } from './buffer-contents.ts';
import type { PoolClass } from './buffer-pool.ts';

/** A buffer that nobody has released. */
export interface BufferLeak {
  readonly id: number;
  readonly label: string;
  /** As in C++. */
  readonly elementName: string;
  /** Elements. */
  readonly length: number;
  readonly sizeBytes: number;
  /** Callers, innermost first; empty where allocations are not tracked. */
  readonly allocatedAt: readonly string[];
}

export interface BufferStatistics {
  /** Buffers that are not released, those of messages' arrays included. */
  readonly live: number;
  /** Of these, made for arrays in JSON messages. */
  readonly inline: number;
  /** Bytes that were asked for. */
  readonly liveBytes: number;
  /** Bytes of the blocks in use: sizes rounded up to their classes. */
  readonly inUseBytes: number;
  /** Bytes of free blocks that are kept for the next buffers. */
  readonly keptBytes: number;
  /** Bytes of released buffers that handlers may still look at; among those in use. */
  readonly retiringBytes: number;
  /** Most bytes in use at a time. */
  readonly highWaterBytes: number;
  readonly maxBytes: number;
  /** Allocations that found a kept block. */
  readonly hits: number;
  readonly misses: number;
  readonly classes: readonly PoolClass[];
  readonly copies: Readonly<CopyCounts>;
}

/** The report about leaks, for people: one line each with the place of allocation. */
export function describeLeaks(leaks: readonly BufferLeak[]): string {
  const bytes = formatBytes(leaks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  const count = leaks.length === 1 ? '1 buffer was' : `${leaks.length.toString()} buffers were`;
  const lines = leaks.map(({ label, elementName, length, sizeBytes, allocatedAt: [place] }) => {
    const what = `'${label}', ${length.toString()} × ${elementName}, ${formatBytes(sizeBytes)}`;
    return `  ${what}${place === undefined ? '' : `, allocated ${place}`}`;
  });
  return [`${count} never released (${bytes}):`, ...lines].join('\n');
}
