import { StudioError } from '../../../../app/base/studio-error.ts';
import type {
  BufferImage,
  BufferImageInput,
  BufferStatistics,
  BufferStatisticsInput,
  BufferValues,
  BufferValuesInput,
  LaunchView,
} from '../../../../app/contract/functions.ts';
import { sizeOf } from '../../../../app/model/layout.ts';
import type { FieldType } from '../../../../app/model/message-type.ts';
import { fieldsOf, numbersOf } from '../../functions/element-fields.ts';
import { elementsOf } from '../../functions/make-buffer.ts';
import { imageOf, statisticsOf, type Numbers } from '../../functions/number-figures.ts';

/** What a buffer held before and after a launch. */
export interface KeptBuffer {
  readonly element: FieldType;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

export interface KeptLaunch {
  readonly view: LaunchView;
  /** By the number of the parameter. */
  readonly buffers: ReadonlyMap<number, KeptBuffer>;
}

const MOST_LAUNCHES = 8;
/** Of all launches but the latest, which is kept whatever its size. */
const MOST_BYTES = 268_435_456;

/** The latest launches of a project with what their buffers held, for looks at them. */
export class KeptLaunches {
  /** The latest first. */
  #launches: readonly KeptLaunch[] = [];

  get views(): readonly LaunchView[] {
    return this.#launches.map(({ view }) => view);
  }

  keep(launch: KeptLaunch): void {
    const others = this.#launches.filter(({ view }) => view.id !== launch.view.id).slice(0, MOST_LAUNCHES - 1);
    let keptBytes = 0;
    const fit = others.filter(({ buffers }) => {
      for (const { before, after } of buffers.values()) keptBytes += before.length + after.length;
      return keptBytes <= MOST_BYTES;
    });
    this.#launches = [launch, ...fit];
  }

  /** @throws StudioError `LaunchGone`, `BufferRange` */
  values({ launchId, buffer, from, count }: BufferValuesInput): BufferValues {
    const { element, before, after } = this.#buffer(launchId, buffer);
    const strideBytes = sizeOf(element);
    const length = after.length / strideBytes;
    if (from >= length) throw new StudioError('BufferRange', `the buffer has ${length} elements, and none at ${from}.`);
    const part = (bytes: Uint8Array): Uint8Array => bytes.slice(from * strideBytes, (from + count) * strideBytes);
    return { values: elementsOf(element, part(after)), before: elementsOf(element, part(before)) };
  }

  /** @throws StudioError `LaunchGone`, `UnknownField` */
  statistics({ launchId, buffer, field, bins }: BufferStatisticsInput): Promise<BufferStatistics> {
    return statisticsOf(this.#numbers(launchId, buffer, field), bins);
  }

  /** @throws StudioError as `statistics` */
  image({ launchId, buffer, field, ...size }: BufferImageInput): Promise<BufferImage> {
    const numbers = this.#numbers(launchId, buffer, field);
    return imageOf(numbers, { ...size, columns: Math.min(size.columns, numbers.length) });
  }

  #numbers(launchId: string, buffer: number, path: string): Numbers {
    const { element, after } = this.#buffer(launchId, buffer);
    const field = fieldsOf(element).find((candidate) => candidate.path === path);
    if (field === undefined) throw new StudioError('UnknownField', `the buffer's elements have no number '${path}'.`);
    const strideBytes = sizeOf(element);
    return { length: after.length / strideBytes, at: numbersOf(after, strideBytes, field) };
  }

  #buffer(launchId: string, buffer: number): KeptBuffer {
    const found = this.#launches.find(({ view }) => view.id === launchId)?.buffers.get(buffer);
    if (found !== undefined) return found;
    throw new StudioError('LaunchGone', 'what this launch left in its buffers is not kept any more.', {
      tip: `The latest ${MOST_LAUNCHES} launches are, as long as they fit. Launch it again.`,
    });
  }
}
