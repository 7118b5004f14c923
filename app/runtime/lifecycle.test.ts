import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { StudioError } from '../base/studio-error.ts';
import { canMove, checkMove, type ActorState } from './lifecycle.ts';

const states: readonly ActorState[] = [
  ...(['created', 'launched', 'active', 'deactivated', 'terminating', 'terminated', 'failed'] as const),
];

describe('the lifecycle', () => {
  it('refuses every other move with an error that names both states and what is possible', () => {
    for (const from of states) {
      for (const to of states) {
        if (canMove(from, to)) expect(() => checkMove('mean#0', from, to)).not.toThrow();
        else {
          const move = () => checkMove('mean#0', from, to);
          expect(move).toThrow(StudioError);
          expect(move).toThrow(`actor 'mean#0' cannot go from '${from}' to '${to}'.`);
        }
      }
    }
  });

  it('reaches every state from the first one', () => {
    const reached = new Set<ActorState>(['created']);
    for (const from of reached) for (const to of states) if (canMove(from, to)) reached.add(to);
    expect([...reached].sort()).toEqual([...states].sort());
  });

  it('can always be brought to its end, and stays there', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6), { maxLength: 30 }), (choices) => {
        let state: ActorState = 'created';
        for (const choice of choices) {
          const legal: ActorState[] = states.filter((to) => canMove(state, to));
          state = legal[choice % Math.max(legal.length, 1)] ?? state;
        }
        if (state === 'created') state = 'launched';
        if (state === 'terminated') expect(states.some((to) => canMove('terminated', to))).toBe(false);
        else expect(state === 'terminating' || canMove(state, 'terminating')).toBe(true);
      }),
      { numRuns: 200, seed: 31 },
    );
  });

  it.each([
    ['created', 'active'],
    ['launched', 'deactivated'],
    ['terminated', 'active'],
    ['failed', 'active'],
    ['terminating', 'active'],
  ] satisfies [ActorState, ActorState][])('has no way from %s to %s', (from, to) => {
    expect(canMove(from, to)).toBe(false);
  });
});
