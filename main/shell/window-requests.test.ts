import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { channels } from './channel-names.ts';
import { answerWindows, type WindowRequestsOptions } from './window-requests.ts';

type Listener = (event: object, ...args: unknown[]) => unknown;

/** A page that asks, and the main process that answers: real channels between them, a recording of what comes through. */
class Page {
  readonly #handlers = new Map<string, Listener>();
  readonly log: string[] = [];
  readonly happened: unknown[] = [];
  readonly contents = { postMessage: (...sent: unknown[]) => void this.happened.push(sent) };
  readonly window = {
    browserWindow: { isDestroyed: () => false, webContents: this.contents },
    showsProject: (dir: unknown) => this.happened.push(['shows', dir]),
    listens: () => this.happened.push(['listens']),
    flushed: (turn: unknown) => this.happened.push(['flushed', turn]),
  };

  constructor() {
    const register = (channel: string, listener: Listener): void => void this.#handlers.set(channel, listener);
    answerWindows({
      ipc: { handle: register, on: register },
      dialog: { showOpenDialog: async () => ({ canceled: false, filePaths: ['/chosen'] }) },
      windows: {
        of: (contents: unknown) => (contents === this.contents ? this.window : undefined),
        front: this.window,
      },
      host: { connect: async () => 'a port' },
      menu: { offer: (_: unknown, commands: unknown) => this.happened.push(['commands', commands]) },
      onProjectShown: () => undefined,
      log: (line: string) => this.log.push(line),
    } as unknown as WindowRequestsOptions);
  }

  ask(channel: string, args: readonly unknown[], sender: object = {}): unknown {
    const event = { sender: this.contents, senderFrame: { url: 'app://studio/#/', parent: null }, ...sender };
    return this.#handlers.get(channel)!(event, ...args);
  }
}

let page: Page;
beforeEach(() => {
  page = new Page();
});

describe('a window', () => {
  test('gets its port, under the name that it gave', async () => {
    await page.ask(channels.connect, ['id-1']);
    expect(page.happened).toEqual([['host:port', 'id-1', ['a port']]]);
  });

  test('chooses a project, offers its commands, says what it shows', async () => {
    expect(await page.ask(channels.chooseProject, [])).toBe('/chosen');
    const command = { id: 'run.start', title: 'Run', group: 'Run', keys: 'F5', isLocal: false, isEnabled: true };
    page.ask(channels.offerCommands, [[command]]);
    page.ask(channels.showsProject, ['/ring']);
    page.ask(channels.showsProject, [null]);
    page.ask(channels.listening, []);
    page.ask(channels.flushed, [3]);
    expect(page.happened).toEqual([
      ...[
        ['commands', [command]],
        ['shows', '/ring'],
        ['shows', null],
      ],
      ...[['listens'], ['flushed', 3]],
    ]);
    expect(page.log).toEqual([]);
  });
});

describe('refused', () => {
  test.each([
    ['another page', { senderFrame: { url: 'https://example.com/', parent: null } }],
    ['a page that looks like ours', { senderFrame: { url: 'app://studio.example.com/', parent: null } }],
    ['a file', { senderFrame: { url: 'file:///index.html', parent: null } }],
    ['a frame in our page', { senderFrame: { url: 'app://studio/', parent: {} } }],
    ['a frame that is gone', { senderFrame: null }],
    ['a window that we did not open', { sender: {} }],
  ])('is %s', async (_, sender) => {
    for (const channel of [channels.connect, channels.chooseProject]) {
      await expect(page.ask(channel, channel === channels.connect ? ['id'] : [], sender)).rejects.toThrow('refused');
    }
    page.ask(channels.listening, [], sender);
    expect(page.happened).toEqual([]);
    expect(page.log).toHaveLength(3);
  });

  test('is whatever does not fit its channel', async () => {
    const anything = fc.array(
      fc.oneof(fc.anything(), fc.constant('x'.repeat(5000)), fc.array(fc.record({ id: fc.string() }))),
      { maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.values(channels)), anything, async (channel, args) => {
        const answer = await Promise.resolve(page.ask(channel, args)).catch((error: unknown) => error);
        // Either it was taken, because it fits by chance, or it was refused in words.
        if (answer instanceof Error) expect(answer.message).toBe(`${channel} was refused.`);
      }),
      { numRuns: 2000, seed: 17 },
    );
    for (const [what, value] of page.happened as [string, string | number | null][]) {
      if (what === 'shows' && value !== null) expect((value as string).length).toBeLessThanOrEqual(4096);
      if (what === 'flushed') expect(value).toBeGreaterThanOrEqual(0);
    }
  });
});
