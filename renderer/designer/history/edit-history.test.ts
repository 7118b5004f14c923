import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { EditHistory } from './edit-history.ts';

function historyAt(start: string): { readonly history: EditHistory; readonly wait: (ms: number) => void } {
  let now = 0;
  const history = new EditHistory(() => now);
  history.reset(start);
  return { history, wait: (ms) => (now += ms) };
}

describe('undo and redo', () => {
  test('go back and forth by name', () => {
    const { history } = historyAt('a');
    history.record({ name: 'Add map', text: 'b' });
    history.record({ name: 'Move map', text: 'c' });
    expect(history.undoName).toBe('Move map');
    expect([history.undo(), history.undo(), history.undo()]).toEqual(['b', 'a', undefined]);
    expect(history.redoName).toBe('Add map');
    expect([history.redo(), history.redo(), history.redo()]).toEqual(['b', 'c', undefined]);
  });

  test('go on from what was kept, the latest steps first', () => {
    const { history } = historyAt('a');
    for (const text of ['b', 'c', 'd']) history.record({ name: `Write ${text}`, text });
    history.undo();
    const { history: later } = historyAt('');
    later.restore(history.keep(6));
    expect([later.undoName, later.redoName]).toEqual(['Write c', 'Write d']);
    expect([later.undo(), later.undo(), later.undo()]).toEqual(['b', 'a', undefined]);
    const { history: short } = historyAt('');
    short.restore(history.keep(4));
    expect([short.redo(), short.undo(), short.undo(), short.undo()]).toEqual(['d', 'c', 'b', undefined]);
  });

  test('moves that follow each other are one step; after a pause they are two', () => {
    const { history, wait } = historyAt('a');
    for (const text of ['b', 'c']) history.record({ name: 'Move map', text, key: 'move map' });
    wait(5000);
    history.record({ name: 'Move map', text: 'd', key: 'move map' });
    expect([history.undo(), history.undo()]).toEqual(['c', 'a']);
  });

  test('what others change is a step of its own, and an edit after an undo forgets what was undone', () => {
    const { history } = historyAt('a');
    history.record({ name: 'Add map', text: 'b' });
    history.observe('b');
    history.observe('theirs');
    expect(history.undoName).toBe('Change made elsewhere');
    expect(history.undo()).toBe('b');
    history.observe('b');
    history.record({ name: 'Add sink', text: 'd' });
    expect(history.redo()).toBeUndefined();
    expect([history.undo(), history.undo()]).toEqual(['b', 'a']);
  });

  test('any sequence leads through texts as a list of them would', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constantFrom('record', 'observe'), text: fc.string({ minLength: 1, maxLength: 2 }) }),
      fc.record({ kind: fc.constantFrom('undo', 'redo'), text: fc.constant('') }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { history, wait } = historyAt('start');
        const texts = ['start'];
        let at = 0;
        for (const { kind, text } of steps) {
          wait(10_000);
          if (kind === 'undo') expect(history.undo()).toBe(at === 0 ? undefined : texts[--at]);
          else if (kind === 'redo') expect(history.redo()).toBe(at === texts.length - 1 ? undefined : texts[++at]);
          else {
            if (kind === 'record') history.record({ name: 'Edit', text });
            else history.observe(text);
            if (text !== texts[at]) texts.splice(++at, Infinity, text);
          }
        }
      }),
    );
  });
});
