import { formatBytes } from '../../../app/device/arena.ts';
import type { Figure } from './outcome.ts';
import type { Report } from './report.ts';
import type { Machine } from './machine.ts';

const MARKS = { passed: 'passed ', failed: 'FAILED ', skipped: 'skipped', unknown: 'unknown' } as const;

/** The report for people. */
export function reportTable(report: Report): readonly string[] {
  const { checks, counts, verdict, durationMs, proves, ranOn } = report;
  const width = Math.max(...checks.map(({ name }) => name.length)) + 2;
  const indent = ' '.repeat(MARKS.passed.length + 1 + width);
  const lines = checks.flatMap(({ name, outcome, title, reason, tip, advice, figures, durationMs: ownMs }) => [
    `${MARKS[outcome]} ${name.padEnd(width)}${title} (${seconds(ownMs)})`,
    ...figureLines(figures).map((line) => `${indent}${line}`),
    ...(reason === undefined ? [] : [`${indent}why: ${reason.replace(/\s*\n\s*/g, ' ')}`]),
    ...(outcome === 'failed' ? [tip, advice] : []).flatMap((text) =>
      text === undefined ? [] : [`${indent}do:  ${text}`],
    ),
  ]);
  const standIn = ranOn === 'stand-in' ? ['THE DRIVER IS A STAND-IN: NOTHING IS PROVEN ABOUT A GPU.'] : [];
  const sums = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped, ${counts.unknown} unknown`;
  return [
    '',
    ...machineLines(report.machine),
    '',
    ...lines,
    '',
    `${verdict}: ${sums}, in ${seconds(durationMs)}.`,
    ...standIn,
    `What this proves: ${proves}`,
  ];
}

export function machineLines({ gpu, driver, nvrtc, os, arch, cpu, cores, node, isWsl }: Machine): readonly string[] {
  const memory = gpu.memoryBytes === null ? 'memory unknown' : formatBytes(gpu.memoryBytes);
  const features = [
    `compute capability ${gpu.computeCapability ?? 'unknown'}`,
    `${gpu.multiprocessorCount ?? 'unknown'} SMs`,
    memory,
    ...(gpu.hasKernelTimeout === true ? ['a display hangs on it, which ends kernels that run for seconds'] : []),
    ...(gpu.isSharedByMps === true
      ? ['other processes run on it at the same time (MPS), which changes what fits and how fast it is']
      : []),
  ];
  const version = driver.version === null ? 'version unknown' : `version ${driver.version}`;
  const named = driver.isNamedByEnvironment ? ', named by RINGSTUDIO_CUDA_LIBRARY' : '';
  return [
    `GPU      ${gpu.ordinal}: ${gpu.name ?? 'name unknown'}, ${features.join(', ')}`,
    `driver   ${driver.path}, ${version}, for CUDA ${driver.cudaVersion ?? 'unknown'}${named}`,
    `NVRTC    ${nvrtc === null ? 'not found' : `${nvrtc.path}, version ${nvrtc.version ?? 'unknown'}`}`,
    `machine  ${os} ${arch}${isWsl ? ' (WSL)' : ''}, ${cores} × ${cpu}, node ${node}`,
  ];
}

const FIGURES_A_LINE = 3;

function figureLines(figures: readonly Figure[]): readonly string[] {
  const texts = figures.map(({ name, value, unit }) => `${name} ${shortNumber(value)} ${unit}`);
  return Array.from({ length: Math.ceil(texts.length / FIGURES_A_LINE) }, (_, line) =>
    texts.slice(line * FIGURES_A_LINE, (line + 1) * FIGURES_A_LINE).join(' · '),
  );
}

function shortNumber(value: number): string {
  const rounded = Number(value.toPrecision(Number.isInteger(value) ? 15 : 4));
  return rounded.toLocaleString('en-US', { maximumSignificantDigits: 15 });
}

function seconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`;
}
