import type { MessageBoxOptions } from 'electron';
import { describe, expect, test } from 'vitest';
import type { OpenWork } from '../host/studio/open-work.ts';
import { Quitting, questionOf } from './quitting.ts';
import type { StudioWindow } from './studio-window.ts';

const edited: OpenWork = { name: 'Ring', dir: '/ring', unsaved: ['a.cu', 'b.cu'], isRunning: false };
const running: OpenWork = { name: 'Mean', dir: '/mean', unsaved: [], isRunning: true };

/** What happened, in order, on a way out with this work and these answers. */
class Way {
  readonly happened: string[] = [];
  readonly questions: MessageBoxOptions[] = [];
  readonly quitting: Quitting;

  constructor(
    work: readonly OpenWork[] | 'gone' | 'silent',
    answers: readonly string[],
    { saveFails = false, hasWindow = true, fails = '' } = {},
  ) {
    const left = [...answers];
    const front = hasWindow ? ({ focus: () => undefined } as unknown as StudioWindow) : undefined;
    const log = (what: string): Promise<void> => {
      if (what === fails) return Promise.reject(new Error(`${what} is broken`));
      this.happened.push(what);
      return Promise.resolve();
    };
    this.quitting = new Quitting({
      windows: { flush: () => log('flush'), freeze: () => log('freeze'), restore: () => log('restore'), front },
      host: {
        ask: async (kind) => {
          if (kind === 'open-work') return typeof work === 'string' ? work : { kind: 'answer', id: 1, work: [...work] };
          await log(kind);
          const failure = { code: 'FileConflict', message: 'a.cu was changed on disk.', tip: 'Choose one.' };
          return { kind: 'answer', id: 2, ...(saveFails && { failure }) };
        },
        end: () => log('end'),
      },
      ask: async (options) => {
        this.questions.push(options);
        const answer = left.shift()!;
        const { signal } = options;
        // As Electron does: a question that is taken back was cancelled.
        if (answer === 'nothing') await new Promise((resolve) => signal!.addEventListener('abort', resolve));
        return { response: options.buttons!.indexOf(answer === 'nothing' ? 'Cancel' : answer), checkboxChecked: false };
      },
      log: (line) => this.happened.push(line),
      quit: () => void log('quit'),
    });
  }
}

describe('the way out', () => {
  test('asks nothing where nothing is open', async () => {
    const way = new Way([], []);
    await way.quitting.begin();
    expect(way.questions).toEqual([]);
    expect(way.happened).toEqual(['flush', 'freeze', 'end', 'quit']);
    expect(way.quitting.isDone).toBe(true);
  });

  test('does not wait for a host that is gone', async () => {
    const way = new Way('gone', []);
    await way.quitting.begin();
    expect(way.happened).toEqual(['flush', 'freeze', 'end', 'quit']);
  });

  test('asks once, whoever wants out how often', async () => {
    const way = new Way([edited, running], ['Quit']);
    await Promise.all([way.quitting.begin(), way.quitting.begin(), way.quitting.begin()]);
    expect(way.questions).toHaveLength(1);
    expect(way.happened).toEqual(['flush', 'freeze', 'end', 'quit']);
  });

  test('cancelled, nothing has changed, and it asks again the next time', async () => {
    const way = new Way([edited], ['Cancel', 'Save all and quit']);
    await way.quitting.begin();
    expect(way.happened).toEqual(['flush']);
    expect(way.quitting.isDone).toBe(false);
    await way.quitting.begin();
    expect(way.happened).toEqual(['flush', 'flush', 'save-all', 'freeze', 'end', 'quit']);
  });

  test('says what could not be saved, and stays unless told otherwise', async () => {
    const stays = new Way([edited], ['Save all and quit', 'Cancel'], { saveFails: true });
    await stays.quitting.begin();
    expect(stays.happened).toEqual(['flush', 'save-all']);
    expect(stays.questions[1]!.detail).toContain('a.cu was changed on disk. Choose one.');
    const goes = new Way([edited], ['Save all and quit', 'Quit'], { saveFails: true });
    await goes.quitting.begin();
    expect(goes.quitting.isDone).toBe(true);
  });

  test('asks about a host that does not answer', async () => {
    const way = new Way('silent', ['Cancel', 'Quit']);
    await way.quitting.begin();
    expect(way.quitting.hasBegun).toBe(false);
    await way.quitting.begin();
    expect(way.questions.map(({ message }) => message)).toEqual([
      'The studio host does not answer.',
      'The studio host does not answer.',
    ]);
    expect(way.quitting.isDone).toBe(true);
  });

  test('brings the windows back when the last one was closed and the person stays', async () => {
    const way = new Way([edited], ['Cancel'], { hasWindow: false });
    await way.quitting.begin();
    expect(way.happened).toEqual(['flush', 'restore']);
  });

  test('takes an open question back when the system is being shut down', async () => {
    const way = new Way([edited], ['nothing']);
    const asked = way.quitting.begin();
    await expect.poll(() => way.questions.length).toBe(1);
    await way.quitting.begin({ isAsked: false });
    await asked;
    expect(way.happened).toEqual(['flush', 'freeze', 'end', 'quit']);
  });

  test.each(['flush', 'freeze', 'end'])('is found even if %s fails', async (step) => {
    const way = new Way([], [], { fails: step });
    await way.quitting.begin();
    expect(way.happened.at(-1)).toBe('quit');
    expect(way.happened.join()).toContain(`${step} is broken`);
    expect(way.quitting.isDone).toBe(true);
  });

  test('asks nobody when the system is being shut down', async () => {
    const way = new Way([edited], []);
    await way.quitting.begin({ isAsked: false });
    expect(way.questions).toEqual([]);
    expect(way.quitting.isDone).toBe(true);
  });
});

describe('the question', () => {
  test('names the files, and says that they are kept', () => {
    const { message, detail, buttons } = questionOf([edited]);
    expect(message).toBe('2 files have unsaved edits.');
    expect(detail).toContain('a.cu in Ring\nb.cu in Ring');
    expect(detail).toContain('The studio keeps them');
    expect(buttons).toEqual(['Save all and quit', 'Quit', 'Cancel']);
  });

  test('names whose actors end, and offers no saving where there is nothing to save', () => {
    const { message, detail, buttons } = questionOf([running]);
    expect(message).toBe('Actors run.');
    expect(detail).toBe('The actors of Mean run. They end with the studio, and their states with them.');
    expect(buttons).toEqual(['Quit', 'Cancel']);
  });

  test('does not grow beyond a screen', () => {
    const unsaved = Array.from({ length: 40 }, (_, at) => `${at}.cu`);
    expect(questionOf([{ ...edited, unsaved }]).detail).toContain('5.cu in Ring\nand 34 more');
  });
});
