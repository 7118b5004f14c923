import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placeAgain, placeNew, windowStatesSchema, type Bounds } from './window-state.ts';

const laptop: Bounds = { x: 0, y: 25, width: 1440, height: 875 };
const beside: Bounds = { x: 1440, y: 0, width: 1920, height: 1080 };

describe('a window that was there before', () => {
  test('is where it was, also on a second display', () => {
    const bounds = { x: 1600, y: 100, width: 1200, height: 800 };
    expect(placeAgain(bounds, [laptop, beside])).toEqual(bounds);
  });

  test('comes to the first display when its own is gone', () => {
    const { x, y, width, height } = placeAgain({ x: 1600, y: 100, width: 1200, height: 800 }, [laptop]);
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + width).toBeLessThanOrEqual(1440);
    expect(y).toBeGreaterThanOrEqual(25);
    expect(y + height).toBeLessThanOrEqual(900);
  });

  test('gets smaller on a display that has', () => {
    expect(placeAgain({ x: 0, y: 25, width: 4000, height: 3000 }, [laptop])).toEqual(laptop);
  });

  test('always has enough of its title bar on a display', () => {
    const int = (min: number, max: number) => fc.integer({ min, max });
    const area = fc.record({
      ...{ x: int(-4000, 4000), y: int(-4000, 4000), width: int(800, 5000), height: int(600, 3000) },
    });
    const bounds = fc.record({
      ...{ x: int(-9000, 9000), y: int(-9000, 9000), width: int(1, 9000), height: int(1, 9000) },
    });
    fc.assert(
      fc.property(bounds, fc.array(area, { minLength: 1, maxLength: 3 }), (window, areas) => {
        const placed = placeAgain(window, areas);
        const isReached = areas.some(
          (area) =>
            Math.min(placed.x + placed.width, area.x + area.width) - Math.max(placed.x, area.x) >= 120 &&
            placed.y >= area.y &&
            placed.y + 40 <= area.y + area.height,
        );
        expect(isReached).toBe(true);
      }),
      { seed: 4 },
    );
  });
});

describe('what was written down', () => {
  const bounds = { x: 1, y: 2, width: 1000, height: 700 };
  const state = { bounds, isMaximized: false, isFullScreen: false, hash: '#/project/abc' };

  test.each(['', '#/', '#/project/abc?file=a.cu'])('the address %j is one of the studio', (hash) => {
    expect(windowStatesSchema.parse([{ ...state, hash }])).toEqual([{ ...state, hash }]);
  });

  test.each(['/../../x.html', 'x', '#', '#x', '//elsewhere', '?a#/project/abc', '\n#/project/abc', '#/a\nb'])(
    'the address %j leads elsewhere, so that its window is left out',
    (hash) => {
      expect(windowStatesSchema.parse([{ ...state, hash }, state])).toEqual([state]);
    },
  );

  test('more than twenty windows are not opened', () => {
    expect(windowStatesSchema.parse([null, ...Array<unknown>(50).fill(state)])).toHaveLength(20);
  });

  test('a window too small for the layouts gets larger', () => {
    const [small] = windowStatesSchema.parse([{ ...state, bounds: { ...bounds, width: 1, height: 599 } }]);
    expect(small?.bounds).toEqual({ x: 1, y: 2, width: 960, height: 600 });
  });
});

describe('a new window', () => {
  test('is in the middle of the first display', () => {
    expect(placeNew([beside], undefined)).toEqual({ x: 1680, y: 90, width: 1440, height: 900 });
  });

  test('stands a little off the one in front, unless that leads out of the display', () => {
    const front = { x: 10, y: 30, width: 1000, height: 700 };
    expect(placeNew([laptop], front)).toEqual({ x: 42, y: 62, width: 1000, height: 700 });
    expect(placeNew([laptop], { ...front, x: 430 })).toEqual({ x: 220, y: 113, width: 1000, height: 700 });
  });
});
