import { describe, expect, test } from 'vitest';

import type { BufferValues } from '../../../app/contract/functions.ts';
import { ValuePages } from './value-pages.ts';

/** A host that knows the numbers 0, 1, 2, …, while it is there. */
class Host {
  isThere = true;
  readonly asked: (readonly [from: number, count: number])[] = [];

  ask(from: number, count: number): Promise<BufferValues> {
    this.asked.push([from, count]);
    if (!this.isThere) return Promise.reject(new Error('away'));
    const values = Array.from({ length: count }, (_, index) => from + index);
    return Promise.resolve({ values, before: values.map(() => 0) });
  }
}

function settled(pages: ValuePages): Promise<void> {
  return new Promise((resolve) => {
    const stop = pages.subscribe(() => {
      stop();
      resolve();
    });
  });
}

describe('the pages of a buffer', () => {
  test('are asked for once, as far as the buffer goes', async () => {
    const host = new Host();
    const pages = new ValuePages(1500, (from, count) => host.ask(from, count));
    pages.want(1000, 1010);
    pages.want(1000, 1010);
    await settled(pages);
    expect(host.asked).toEqual([[0, 1024]]);
    pages.want(1400, 1600);
    await settled(pages);
    expect(host.asked).toEqual([
      [0, 1024],
      [1024, 476],
    ]);
    expect([pages.at(0), pages.at(1499), pages.at(1500)]).toEqual([
      { value: 0, before: 0 },
      { value: 1499, before: 0 },
      undefined,
    ]);
  });

  test('that were not to be had are there when they are asked for again', async () => {
    const host = new Host();
    const pages = new ValuePages(100, (from, count) => host.ask(from, count));
    host.isThere = false;
    pages.want(0, 10);
    await settled(pages);
    expect([pages.failure?.message, pages.at(5)]).toEqual(['away', undefined]);
    host.isThere = true;
    pages.askAgain();
    await settled(pages);
    expect([pages.failure, pages.at(5)]).toEqual([undefined, { value: 5, before: 0 }]);
    pages.askAgain();
    expect(host.asked).toHaveLength(2);
  });
});
