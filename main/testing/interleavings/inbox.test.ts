import { beforeAll, describe, expect, it } from 'vitest';

import { RING } from '../../../app/abi/arena-layout.ts';
import { compileWatched, type WatchedKernels } from './kernels.fixture.ts';
import { modelCheck } from './model-check.ts';
import { Stage } from './stage.ts';

let kernels: WatchedKernels;
beforeAll(async () => {
  kernels = await compileWatched();
});

describe('an inbox', () => {
  it('works', () => {
    const stage = new Stage(kernels);
    const sink = stage.addActor({ kernel: 'sink', name: 'sink', capacity: 2, start: 0xffff_ffff });
    const sources = [1, 2].map((number) => {
      const source = stage.addActor({ kernel: 'source', name: `source ${number}`, capacity: 2, target: sink });
      stage.feed(source, [number * 10 + 1, number * 10 + 2]);
      return source;
    });
    const threads = [...sources, sink].map((actor, index) =>
      stage.workerThread(actor, { name: index === 2 ? 'sink' : `source ${index + 1}`, sleeps: false }),
    );
    const { inbox } = sink.memory;
    const result = modelCheck({
      stage,
      threads,
      always: (word) => ((word(inbox + RING.tail) - word(inbox + RING.head)) >>> 0 > 2 ? 'too full' : undefined),
      atRest: () => {
        const { torn, values } = stage.notes(sink);
        if (torn > 0) return 'torn';
        return [...values].sort((a, b) => a - b).join() === '11,12,21,22' ? undefined : `sink has ${values.join()}`;
      },
    });
    console.log(result);
    expect(result.trace).toBe('');
  });
});
