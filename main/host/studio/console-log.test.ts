import { describe, expect, test } from 'vitest';

import type { ConsoleLine, ProjectEvent } from '../../../app/contract/project.ts';
import { ConsoleLog } from './console-log.ts';

function consoleLog(): { readonly log: ConsoleLog; readonly lines: ConsoleLine[] } {
  const lines: ConsoleLine[] = [];
  const take = (event: ProjectEvent): void => {
    if (event.type === 'console') lines.push(...event.lines);
    if (event.type === 'console-cleared') lines.length = 0;
  };
  return { log: new ConsoleLog(take), lines };
}

describe('ConsoleLog', () => {
  test('numbers the lines that it does not keep as well, so that every window can say how many are missing', () => {
    const { log, lines } = consoleLog();
    for (let i = 0; i < 30_000; i++) log.print({ actor: 'flood#0', text: `line ${i.toString()}\n` });
    log.flush();

    expect(lines.at(-1)).toMatchObject({ seq: 30_000, text: 'line 29999' });
    expect(lines.length).toBeLessThanOrEqual(1000);
    expect(log.lines.at(-1)?.seq).toBe(30_000);
  });

  test('counts anew when it has been cleared', () => {
    const { log, lines } = consoleLog();
    log.print({ actor: 'mean#0', text: 'before\n' });
    log.clear();
    log.print({ actor: 'mean#0', text: 'after\n' });
    log.flush();

    expect(lines).toMatchObject([{ seq: 1, text: 'after' }]);
    expect(log.lines).toHaveLength(1);
  });

  test('puts the parts of a line together, of each actor its own', () => {
    const { log, lines } = consoleLog();
    log.print({ actor: 'a#0', text: 'one ' });
    log.print({ actor: 'b#0', text: 'other\n' });
    log.print({ actor: 'a#0', text: 'line\nrest' });
    log.endLines();
    log.flush();

    expect(lines.map(({ actor, text }) => `${actor}: ${text}`)).toEqual(['b#0: other', 'a#0: one line', 'a#0: rest']);
  });

  test('keeps the lines of the threads of an actor apart, and says whose they are', () => {
    const { log, lines } = consoleLog();
    const places = [0, 1].map((thread) => ({ block: 2, thread }));
    for (const text of ['one ', 'line\n']) for (const place of places) log.print({ actor: 'a#0', text, place });
    log.flush();

    expect(lines).toMatchObject(places.map((place) => ({ actor: 'a#0', place, text: 'one line' })));
  });
});
