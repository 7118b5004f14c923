import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { extentOf, heatLevel, heatRamp, rgbOf } from './heat-colors.ts';
import { cellElements, cellPixels, cellSpan, defaultColumns, readColumns, spanWords } from './heat-grid.ts';
import { axisNumber, binRange, countHeight, countTicks, valueTicks } from './histogram-shape.ts';
import { elementAfterKey, firstRowFor, MOST_ROWS, pagesOf, readIndex, rowCount } from './table-window.ts';
import { fieldOf, fieldPaths, integerBits, isSameValue, valueText } from './value-text.ts';

describe('the table of values', () => {
  it('asks for the pages that what is in view lies in', () => {
    expect(pagesOf(0, 10)).toEqual([0]);
    expect(pagesOf(1000, 1030)).toEqual([0, 1024]);
    expect(pagesOf(2048, 2048)).toEqual([]);
  });

  it('has each row within reach, however long the buffer is', () => {
    const row = fc.integer({ min: 0, max: 200_000_000 });
    fc.assert(
      fc.property(row, row, fc.constantFrom(1, 4, 8, 16, 32), (length, wanted, perRow) => {
        const shape = { length: length + 1, perRow };
        const target = Math.min(wanted, rowCount(shape) - 1);
        const first = firstRowFor(shape, target);
        expect(target - first).toBeGreaterThanOrEqual(0);
        expect(target - first).toBeLessThan(MOST_ROWS);
        expect(firstRowFor(shape, target, first)).toBe(first);
      }),
    );
  });

  it('moves by element, row and page, and not beyond the buffer', () => {
    const shape = { length: 20, perRow: 8, pageRows: 2 };
    const from = (index: number, key: string, ctrlKey = false): number | undefined =>
      elementAfterKey({ key, ctrlKey }, index, shape);
    expect([from(3, 'ArrowRight'), from(3, 'ArrowDown'), from(3, 'ArrowUp')]).toEqual([4, 11, undefined]);
    expect([from(18, 'Home'), from(18, 'End'), from(3, 'End'), from(3, 'End', true)]).toEqual([16, 19, 7, 19]);
    expect([from(3, 'PageDown'), from(11, 'PageDown'), from(3, 'x')]).toEqual([19, 19, undefined]);
  });

  it('finds elements by their number, in hexadecimal as well', () => {
    expect([readIndex('1,024', 2000), readIndex('0x10', 20), readIndex('20', 20), readIndex('-1', 20)]).toEqual([
      1024,
      16,
      undefined,
      undefined,
    ]);
  });

  it('shows fields of structs in columns', () => {
    const particle = { at: { x: 1, y: 2 }, taps: [1, 2] };
    expect(fieldPaths(particle)).toEqual(['at.x', 'at.y', 'taps']);
    expect(fieldOf(particle, 'at.y')).toBe(2);
    expect(valueText(fieldOf(particle, 'taps'))).toBe('[1,2]');
    expect(fieldPaths(3)).toEqual(['']);
  });

  it('shows integers in hexadecimal as their bytes are', () => {
    expect(valueText(-1, 32)).toBe('ffffffff');
    expect(valueText('18446744073709551615', 64)).toBe('ffffffffffffffff');
    expect(valueText(10, 8)).toBe('0a');
    expect([integerBits('uint8_t'), integerBits('float')]).toEqual([8, undefined]);
  });

  it('tells changed elements from others, NaN and structs included', () => {
    expect([isSameValue('NaN', 'NaN'), isSameValue(0, 1), isSameValue({ x: 1 }, { x: 1 })]).toEqual([
      true,
      false,
      true,
    ]);
  });
});

describe('the histogram', () => {
  it('says of each bin from where to where it counts', () => {
    const finite = { min: -1, max: 1, bins: [1, 2, 3, 4] };
    expect([binRange(finite, 0), binRange(finite, 3)]).toEqual([
      [-1, -0.5],
      [0.5, 1],
    ]);
  });

  it('has ticks up to the largest count, at most seven', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), fc.constantFrom('linear', 'log'), (most, scale) => {
        const ticks = countTicks(most, scale);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(most);
        expect(ticks.length).toBeLessThanOrEqual(7);
        expect(countHeight(most, ticks.at(-1)!, scale)).toBeLessThanOrEqual(1);
        expect(countHeight(1, ticks.at(-1)!, scale)).toBeGreaterThan(0);
      }),
    );
  });

  it('has round values on its axis, all within the range', () => {
    expect(valueTicks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(valueTicks(3, 3, 5)).toEqual([3]);
    expect([0, 0.25, 12_000, 1.5e-7, 2e9].map(axisNumber)).toEqual(['0', '0.25', '12,000', '1.5e-7', '2e9']);
  });
});

describe('the heat map', () => {
  it('is square where the buffer is, else the nearest that is whole', () => {
    expect([65_536, 12, 1, 7, 1000].map(defaultColumns)).toEqual([256, 4, 1, 7, 40]);
    expect([readColumns('1,024', 2000), readColumns('0', 8), readColumns('9', 8)]).toEqual([
      1024,
      undefined,
      undefined,
    ]);
  });

  it('names the elements of a cell that stands for several', () => {
    expect(spanWords('row', cellSpan(2, 8, 8))).toBe('row 2');
    expect(spanWords('column', cellSpan(1, 4, 8))).toBe('columns 2 to 3');
    const spans = [0, 1, 2].map((cell) => cellSpan(cell, 3, 8));
    expect(spans).toEqual([
      [0, 2],
      [3, 5],
      [6, 7],
    ]);
  });

  it('has cells of whole pixels where there is room', () => {
    expect(cellPixels({ width: 64, height: 64 }, { width: 500, height: 200 })).toBe(3);
    expect(cellElements({ columns: 256, rows: 256 }, { width: 900, height: 150 })).toBe(2);
    expect(cellElements({ columns: 4096, rows: 8 }, { width: 2000, height: 150 })).toBe(4);
    expect(cellPixels({ width: 400, height: 400 }, { width: 500, height: 200 })).toBe(0.5);
  });

  it('goes through the colours evenly, from the first to the last', () => {
    const ramp = heatRamp([rgbOf('#000000'), rgbOf('#804020'), rgbOf('#ffffff')], 65);
    expect([ramp[0], ramp[32], ramp[64]]).toEqual([
      [0, 0, 0],
      [128, 64, 32],
      [255, 255, 255],
    ]);
  });

  it('gives every finite number a colour', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.array(fc.option(number), { minLength: 1 }), (cells) => {
        const extent = extentOf(cells);
        if (extent === undefined) return;
        for (const cell of cells) {
          if (cell === null) continue;
          const level = heatLevel(cell, extent, 64);
          expect(Number.isInteger(level) && level >= 0 && level < 64).toBe(true);
        }
      }),
    );
    expect(extentOf([null])).toBeUndefined();
  });
});
