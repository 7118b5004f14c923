import { EventEmitter } from 'node:events';
import type { MessageBoxOptions } from 'electron';
import { describe, expect, test } from 'vitest';
import type { StudioWindow } from './studio-window.ts';
import { Trouble } from './trouble.ts';

/** A window to which things happen, and a person who chooses a button by its words. */
class Scene {
  readonly happened: string[] = [];
  readonly shown: MessageBoxOptions[] = [];
  readonly app = new EventEmitter();
  readonly contents = Object.assign(new EventEmitter(), {
    reload: () => this.happened.push('reload'),
    forcefullyCrashRenderer: () => this.happened.push('crash'),
  });
  readonly window = Object.assign(new EventEmitter(), {
    webContents: this.contents,
    isDestroyed: () => false,
    isVisible: () => this.isVisible,
    show: () => this.happened.push('show'),
    destroy: () => this.happened.push('destroy'),
  });
  readonly trouble: Trouble;
  isVisible = true;

  constructor(choice: string, { isQuitting = false } = {}) {
    const quit = (): void => void this.happened.push('quit');
    this.trouble = new Trouble({
      app: Object.assign(this.app, { quit }) as never,
      dialog: { showMessageBox: (...given: unknown[]) => this.#choose(given.at(-1) as MessageBoxOptions, choice) },
      ask: (options) => this.#choose(options, choice),
      log: () => undefined,
      logPath: '/logs/studio.log',
      isQuitting: () => isQuitting,
    });
    this.trouble.watch({ browserWindow: this.window } as unknown as StudioWindow);
  }

  async #choose(options: MessageBoxOptions, choice: string): Promise<{ response: number; checkboxChecked: boolean }> {
    this.shown.push(options);
    const { signal } = options;
    if (choice === 'none') await new Promise((resolve) => signal!.addEventListener('abort', resolve, { once: true }));
    return { response: Math.max(0, options.buttons!.indexOf(choice)), checkboxChecked: false };
  }

  async settled(): Promise<this> {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return this;
  }
}

describe('a window whose process ends', () => {
  test('can be loaded again, or closed', async () => {
    for (const [choice, then] of [
      ['Load the window again', 'reload'],
      ['Close the window', 'destroy'],
    ] as const) {
      const scene = new Scene(choice);
      scene.contents.emit('render-process-gone', {}, { reason: 'killed', exitCode: 9 });
      expect((await scene.settled()).happened).toEqual([then]);
      expect(scene.shown[0]).toMatchObject({ message: "The window's process ended (killed)." });
      expect(scene.shown[0]?.detail).toContain('/logs/studio.log');
    }
  });

  test('is shown first where nobody has seen it yet', async () => {
    const scene = new Scene('Close the window');
    scene.isVisible = false;
    scene.contents.emit('render-process-gone', {}, { reason: 'launch-failed', exitCode: 1 });
    expect((await scene.settled()).happened).toEqual(['show', 'destroy']);
  });

  test('is not asked about on the way out, nor when it has ended in order', async () => {
    const quitting = new Scene('Close the window', { isQuitting: true });
    quitting.contents.emit('render-process-gone', {}, { reason: 'killed', exitCode: 9 });
    const clean = new Scene('Close the window');
    clean.contents.emit('render-process-gone', {}, { reason: 'clean-exit', exitCode: 0 });
    expect([(await quitting.settled()).shown, clean.shown]).toEqual([[], []]);
  });
});

describe('a page that does not load', () => {
  test('is said, unless it only made room for another', async () => {
    const scene = new Scene('Try again');
    scene.contents.emit('did-fail-load', {}, -3, 'ERR_ABORTED', 'app://studio/', true);
    scene.contents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND', 'app://studio/x.png', false);
    expect((await scene.settled()).shown).toEqual([]);
    scene.contents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND', 'app://studio/', true);
    expect((await scene.settled()).happened).toEqual(['reload']);
    expect(scene.shown[0]?.detail).toContain('ERR_FILE_NOT_FOUND (-6)');
  });
});

describe('a window that hangs', () => {
  test('is asked about once, and no more when it answers again', async () => {
    const scene = new Scene('none');
    scene.window.emit('unresponsive');
    scene.window.emit('unresponsive');
    scene.window.emit('responsive');
    expect((await scene.settled()).shown).toHaveLength(1);
    expect(scene.happened).toEqual([]);
    scene.window.emit('unresponsive');
    expect(scene.shown).toHaveLength(2);
  });

  test('can be loaded again', async () => {
    const scene = new Scene('Load the window again');
    scene.window.emit('unresponsive');
    expect((await scene.settled()).happened).toEqual(['crash', 'reload']);
  });
});

describe('a host that does not stay', () => {
  test.each([
    ['Start it again', ['restart']],
    ['Quit', ['quit']],
  ])('%s', async (choice, then) => {
    const scene = new Scene(choice);
    const restart = (): void => void scene.happened.push('restart');
    await scene.trouble.hostGaveUp({ code: 'HostDied', message: 'it ended 3 times.' }, { restart });
    expect(scene.happened).toEqual(then);
    expect(scene.shown[0]?.detail).toContain('HostDied: it ended 3 times.');
  });
});
