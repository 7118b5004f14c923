import type { HistogramSample, Labels, MetricFamily } from '../../../app/runtime/metrics/metric-family.ts';

/** Families in Prometheus' text format 0.0.4. Families without samples are left out. */
export function prometheusText(families: readonly MetricFamily[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .map(familyText)
    .join('');
}

function familyText(family: MetricFamily): string {
  const name = family.kind === 'counter' ? `${family.name}_total` : family.name;
  const lines =
    family.kind === 'histogram'
      ? family.samples.flatMap((sample) => histogramLines(name, sample))
      : family.samples.map(({ labels, value }) => line(name, labels, value));
  return [`# HELP ${name} ${escapeHelp(family.help)}`, `# TYPE ${name} ${family.kind}`, ...lines, ''].join('\n');
}

function histogramLines(name: string, { labels, bounds, below, count, sum }: HistogramSample): readonly string[] {
  const buckets = bounds.map((bound, index) =>
    line(`${name}_bucket`, { ...labels, le: numberText(bound) }, below[index] ?? count),
  );
  return [
    ...buckets,
    line(`${name}_bucket`, { ...labels, le: '+Inf' }, count),
    line(`${name}_sum`, labels, sum),
    line(`${name}_count`, labels, count),
  ];
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${numberText(value)}`;
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return value.toString();
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

function escapeLabel(text: string): string {
  return text.replace(/[\\"\n]/g, (found) => (found === '\n' ? '\\n' : `\\${found}`));
}

function escapeHelp(text: string): string {
  return text.replace(/[\\\n]/g, (found) => (found === '\n' ? '\\n' : '\\\\'));
}
