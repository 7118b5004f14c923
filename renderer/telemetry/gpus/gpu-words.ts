import type { Figure, GpuDevice, GpuProcess, GpuSlowdown } from '../../../app/contract/gpu-figures.ts';
import { formatCount } from '../../ui/format.ts';

/** What stands in a place: a value, or the word "unknown" with the reason. */
export interface Words {
  readonly text: string;
  /** Why it is unknown, or a part of it. */
  readonly reason?: string;
}

export const UNKNOWN = 'unknown';
const GIB = 2 ** 30;

export function figureWords<T>(figure: Figure<T>, format: (value: T) => string): Words {
  return 'value' in figure ? { text: format(figure.value) } : { text: UNKNOWN, reason: figure.unknown };
}

/** `350 / 700`: what is, and the most that can be; each may be unknown. */
export function pairWords<T>(now: Figure<T>, most: Figure<T>, format: (value: T) => string): Words {
  const [first, second] = [figureWords(now, format), figureWords(most, format)];
  if (first.reason !== undefined && second.reason !== undefined) return first;
  const text = `${first.text} / ${second.text}`;
  if (first.reason !== undefined) return { text, reason: `what it is now is ${first.reason}` };
  return second.reason === undefined ? { text } : { text, reason: `the most is ${second.reason}` };
}

/** GiB without the unit: `29.8`. */
export function formatGib(bytes: number): string {
  return (bytes / GIB).toFixed(1);
}

export function formatWhole(value: number): string {
  return formatCount(Math.round(value));
}

/** A degree below zero is a degree below zero. */
export function formatCelsius(value: number): string {
  return String(Math.round(value));
}

const slowdownNames: Readonly<Record<GpuSlowdown, string>> = {
  idle: 'idle',
  'clocks-set': 'set clocks',
  'power-cap': 'power limit',
  hardware: 'hardware',
  'sync-boost': 'sync boost',
  thermal: 'heat',
  'hardware-thermal': 'heat, by hardware',
  'power-brake': 'power brake',
  display: 'display',
  other: 'another reason',
};
/** Something is wrong with cooling or supply. */
const troubles: readonly GpuSlowdown[] = ['hardware', 'thermal', 'hardware-thermal', 'power-brake'];

export function slowdownWords({ slowdowns }: GpuDevice): Words {
  return figureWords(slowdowns, (reasons) =>
    reasons.length === 0 ? 'nothing' : reasons.map((reason) => slowdownNames[reason]).join(', '),
  );
}

export function isSlowedByTrouble({ slowdowns }: GpuDevice): boolean {
  return 'value' in slowdowns && slowdowns.value.some((reason) => troubles.includes(reason));
}

export function hasLostData({ eccUncorrected }: GpuDevice): boolean {
  return 'value' in eccUncorrected && eccUncorrected.value > 0;
}

/** `on`, `off`, and what was counted. */
export function eccWords({ isEccOn, eccCorrected, eccUncorrected }: GpuDevice): Words {
  const mode = figureWords(isEccOn, (isOn) => (isOn ? 'on' : 'off'));
  if (mode.text !== 'on') return mode;
  const corrected = figureWords(eccCorrected, formatCount);
  const uncorrected = figureWords(eccUncorrected, formatCount);
  const reason = corrected.reason ?? uncorrected.reason;
  const text = `on, ${corrected.text} corrected, ${uncorrected.text} uncorrected`;
  return reason === undefined ? { text } : { text, reason };
}

export function nameOf({ name, index }: GpuDevice): string {
  return 'value' in name ? name.value : `GPU ${index}`;
}

export interface ProcessRow {
  readonly key: string;
  readonly pid: number;
  readonly name: string | null;
  readonly usedBytes: number | null;
  readonly kind: 'compute' | 'graphics' | 'compute, graphics';
}

/** The largest first; one that computes and draws is one row. */
export function processRows({ computeProcesses, graphicsProcesses }: GpuDevice): readonly ProcessRow[] {
  const compute = valueOf(computeProcesses);
  const graphics = valueOf(graphicsProcesses);
  const both = new Set(compute.map(({ pid }) => pid).filter((pid) => graphics.some((other) => other.pid === pid)));
  const rows = [
    ...compute.map((process, index) => rowOf(process, both.has(process.pid) ? 'compute, graphics' : 'compute', index)),
    ...graphics
      .filter(({ pid }) => !both.has(pid))
      .map((process, index) => rowOf(process, 'graphics', compute.length + index)),
  ];
  return rows.sort((a, b) => (b.usedBytes ?? -1) - (a.usedBytes ?? -1) || a.pid - b.pid);
}

function valueOf(processes: GpuDevice['computeProcesses']): readonly GpuProcess[] {
  return 'value' in processes ? processes.value : [];
}

function rowOf({ pid, name, usedBytes }: GpuProcess, kind: ProcessRow['kind'], index: number): ProcessRow {
  // With MIG one process may be there several times.
  return { key: `${pid}.${index}`, pid, name, usedBytes, kind };
}

/** What the list of processes leaves out, each with its reason. */
export function processGaps({ computeProcesses, graphicsProcesses }: GpuDevice): readonly string[] {
  const gap = (what: string, figure: Figure<unknown>): readonly string[] =>
    'value' in figure ? [] : [`${what} are unknown: ${figure.unknown}.`];
  return [...gap('Processes that compute', computeProcesses), ...gap('Processes that draw', graphicsProcesses)];
}
