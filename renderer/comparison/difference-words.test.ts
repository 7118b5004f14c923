import { describe, expect, test } from 'vitest';

import type { Difference, DifferencePlace } from '../../app/model/comparison/difference-list.ts';
import { actorOf, distanceText, limitFor, tolerableField, whatText, whereText } from './difference-words.ts';

const message: DifferencePlace = {
  kind: 'message',
  subject: 'tape: mean#0 averages',
  index: 3,
  path: 'points[1].y',
};
const away = (absolute: number, place = message): Difference => ({ at: '', place, values: [0, absolute], absolute });

describe('a difference in words', () => {
  test.each<[DifferencePlace, string, string, string | undefined]>([
    [message, 'tape: mean#0 averages [3]', 'points[1].y', 'mean'],
    [{ ...message, path: '' }, 'tape: mean#0 averages [3]', 'whole message', 'mean'],
    [{ kind: 'state', subject: 'mean#2', path: 'sum' }, 'mean#2 state', 'sum', 'mean'],
    [{ kind: 'printed', subject: 'mean#0', index: 0, path: '' }, 'mean#0 prints, line 1', 'text', 'mean'],
    [{ kind: 'failed', subject: 'mean#0', path: '' }, 'mean#0', 'failure', 'mean'],
    [{ kind: 'undelivered', subject: 'b#0 (queue full)', path: '' }, 'to b#0 (queue full)', 'undelivered', 'b'],
    [{ kind: 'dead letters', subject: 'actor-failed', path: '' }, 'actor-failed', 'dead letters', undefined],
  ])('%j', (place, where, what, actor) => {
    expect([whereText(place), whatText(place), actorOf(place)]).toEqual([where, what, actor]);
  });

  test('names the field that a tolerance would allow it by', () => {
    expect(tolerableField(message, ['points.y'])).toBe('points.y');
    expect(tolerableField(message, ['mean'])).toBeUndefined();
    expect(tolerableField({ ...message, kind: 'failed' }, ['points.y'])).toBeUndefined();
  });

  test('shows distances in three digits', () => {
    expect([0.25, 1.1920928955078125e-7, 12345.678, undefined].map(distanceText)).toEqual([
      '0.25',
      '1.19e-7',
      '12300',
      '',
    ]);
  });
});

describe('the limit that allows the differences of a field', () => {
  test.each([
    [[0.25], '0.25'],
    [[0.1, 0.1234], '0.13'],
    [[1.1920928955078125e-7], '1.2e-7'],
    [[9.99], '10'],
    [[1234], '1300'],
  ])('%j', (distances, limit) => {
    expect(
      limitFor(
        'points.y',
        distances.map((distance) => away(distance)),
      ),
    ).toBe(limit);
    for (const distance of distances) expect(Number(limit)).toBeGreaterThanOrEqual(distance);
  });
});
