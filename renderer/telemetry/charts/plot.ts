import uPlot from 'uplot';

import { formatClock } from '../../ui/format.ts';
import { linearTicks, logTicks, tickWords } from '../../ui/axis-ticks.ts';
import type { ChartLook } from '../../ui/chart-look.ts';
import { type ChartData, positiveExtent } from './chart-data.ts';
import type { RunEvent } from './run-events.ts';

/** What one chart draws besides its lines, and how. */
export interface PlotSpec {
  readonly scale: 'linear' | 'log';
  readonly isStacked: boolean;
  readonly format: (value: number) => string;
  /** A dashed horizontal with words, such as the capacity of a queue; a quiet one may be reached. */
  readonly limit?: { readonly value: number; readonly words: string; readonly isQuiet?: boolean } | undefined;
  /** The axis reaches so far at least. */
  readonly reach?: number;
  readonly events: readonly RunEvent[];
  readonly hasEventWords: boolean;
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- `Distr.Logarithmic` is in the declarations only
const logScale: uPlot.Scale = { auto: false, distr: 3, log: 2 };

/** A chart and what it shows now; the hooks of uPlot read `spec` at each drawing. */
export class Plot {
  readonly #plot: uPlot;
  readonly #look: ChartLook;
  readonly #lines: readonly { readonly key: string; readonly color: string }[];
  #spec: PlotSpec;
  #ticks: readonly number[] = [0, 1];

  constructor(element: HTMLElement, { data, spec, look }: { data: ChartData; spec: PlotSpec; look: ChartLook }) {
    this.#look = look;
    this.#spec = spec;
    this.#lines = data.lines.map(({ key, color }) => ({ key, color }));
    this.#plot = new uPlot(this.#options(element, data), [[]], element);
  }

  [Symbol.dispose](): void {
    this.#plot.destroy();
  }

  /** False when the lines are others than the chart was made for. */
  fits(data: ChartData, { scale, isStacked }: PlotSpec): boolean {
    return (
      scale === this.#spec.scale &&
      isStacked === this.#spec.isStacked &&
      data.lines.length === this.#lines.length &&
      data.lines.every(({ key, color }, index) => key === this.#lines[index]?.key && color === this.#lines[index].color)
    );
  }

  draw(data: ChartData, spec: PlotSpec, { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): void {
    this.#spec = spec;
    const extent = positiveExtent(data.lines);
    const limit = spec.limit?.value ?? 0;
    this.#ticks =
      spec.scale === 'log'
        ? logTicks(extent ?? [1, 16])
        : linearTicks(Math.max(extent?.[1] ?? 0, limit, spec.reach ?? 4));
    const columns = data.lines.map(({ values }) => values.map((value) => (Number.isNaN(value) ? null : value)));
    this.#plot.batch(() => {
      this.#plot.setData([[...data.times], ...columns], false);
      this.#plot.setScale('x', { min: fromMs, max: toMs });
      this.#plot.setScale('y', { min: this.#ticks[0]!, max: this.#ticks.at(-1)! });
    });
  }

  resize(width: number, height: number): void {
    if (width > 0 && height > 0) this.#plot.setSize({ width, height });
  }

  /** Pixels from the left edge of the chart. */
  xOf(ms: number): number {
    return this.#plot.over.offsetLeft + this.#plot.valToPos(ms, 'x');
  }

  /** Pixels from the upper edge of the chart. */
  yOf(value: number): number {
    return this.#plot.over.offsetTop + this.#plot.valToPos(value, 'y');
  }

  timeAt(clientX: number): number {
    return this.#plot.posToVal(clientX - this.#plot.over.getBoundingClientRect().left, 'x');
  }

  get area(): { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number } {
    const { offsetLeft: left, offsetTop: top, offsetWidth, offsetHeight } = this.#plot.over;
    return { left, top, right: left + offsetWidth, bottom: top + offsetHeight };
  }

  #options(element: HTMLElement, data: ChartData): uPlot.Options {
    const { color, font } = this.#look;
    const axis = { stroke: color('--ch-axis'), font, ticks: { show: false } };
    return {
      width: Math.max(80, element.clientWidth),
      height: Math.max(60, element.clientHeight),
      ms: 1,
      padding: [8, 24, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: true, auto: false },
        y: this.#spec.scale === 'log' ? logScale : { auto: false },
      },
      axes: [
        { ...axis, size: 22, gap: 4, space: 84, grid: { show: false }, values: (_, times) => times.map(formatClock) },
        {
          ...axis,
          size: 54,
          gap: 6,
          grid: { stroke: color('--ch-grid'), width: 1 },
          splits: () => [...this.#ticks],
          filter: (_, splits) => splits, // a log axis would leave words out
          values: (_, values) => values.map(tickWords),
        },
      ],
      series: [{}, ...data.lines.map((line) => this.#series(line.color))],
      ...(this.#spec.isStacked
        ? { bands: data.lines.slice(1).map((_, index) => ({ series: [index + 2, index + 1] as [number, number] })) }
        : {}),
      hooks: { draw: [(plot) => this.#drawMarks(plot)] },
    };
  }

  #series(token: string): uPlot.Series {
    const stroke = this.#look.color(token);
    const fill = this.#spec.isStacked ? { fill: `${stroke}42` } : {};
    return { stroke, width: 1.25, points: alonePoints, spanGaps: false, ...fill };
  }

  #drawMarks(plot: uPlot): void {
    const { ctx } = plot;
    const { left, top, width, height } = plot.bbox;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    ctx.lineWidth = devicePixelRatio;
    ctx.font = this.#look.font.replace('11px', `${11 * devicePixelRatio}px`);
    this.#drawLimit(plot);
    for (const [index, event] of this.#spec.events.entries()) this.#drawEvent(plot, event, index);
    ctx.restore();
  }

  #drawLimit(plot: uPlot): void {
    const { limit } = this.#spec;
    if (limit === undefined) return;
    const { ctx, bbox } = plot;
    const y = Math.round(plot.valToPos(limit.value, 'y', true)) + 0.5;
    ctx.strokeStyle = ctx.fillStyle = this.#look.color(limit.isQuiet === true ? '--text-3' : '--st-warning');
    ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
    line(ctx, [bbox.left, y], [bbox.left + bbox.width, y]);
    ctx.textAlign = 'left';
    const isAtTop = y - bbox.top < 16 * devicePixelRatio;
    ctx.fillText(limit.words, bbox.left + 6 * devicePixelRatio, y + (isAtTop ? 13 : -5) * devicePixelRatio);
  }

  #drawEvent(plot: uPlot, { atMs, words, isFault }: RunEvent, index: number): void {
    const { ctx, bbox } = plot;
    const x = Math.round(plot.valToPos(atMs, 'x', true)) + 0.5;
    if (x < bbox.left || x > bbox.left + bbox.width) return;
    ctx.strokeStyle = ctx.fillStyle = this.#look.color(isFault ? '--st-faulted' : '--text-3');
    ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
    line(ctx, [x, bbox.top], [x, bbox.top + bbox.height]);
    if (!this.#spec.hasEventWords) return;
    const isRight = x > bbox.left + bbox.width / 2;
    const row = 11 + (index % 4) * 13; // events often come together: their words stand below each other
    ctx.textAlign = isRight ? 'right' : 'left';
    ctx.fillText(words, x + (isRight ? -6 : 6) * devicePixelRatio, bbox.top + row * devicePixelRatio);
  }
}

/** A value between two gaps has no line: it is a dot. */
const alonePoints: uPlot.Series.Points = {
  show: true,
  size: 5,
  filter: (plot, series) => {
    const values = plot.data[series] ?? [];
    const isThere = (index: number): boolean => values[index] !== null && values[index] !== undefined;
    return Array.from(values.keys()).filter((index) => isThere(index) && !isThere(index - 1) && !isThere(index + 1));
  },
};

type Point = readonly [number, number];

function line(ctx: CanvasRenderingContext2D, [fromX, fromY]: Point, [toX, toY]: Point): void {
  ctx.beginPath();
  ctx.moveTo(fromX, fromY);
  ctx.lineTo(toX, toY);
  ctx.stroke();
}
