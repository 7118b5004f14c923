import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import type { FileState, ProjectEvent } from '../../app/contract/project.ts';
import type { EditResult } from '../../app/contract/studio-host.ts';
import type { EditPort, UnsentPort } from './document-ports.ts';
import { Documents } from './document-sync.ts';

/** The host's side of one file: accepts what is based on its version, and tells every window. */
class FakeHost {
  file: FileState = { path: 'a.cu', text: 'start', version: 1, isDirty: false };
  isDown = false;
  readonly windows: Window[] = [];

  edit(origin: string, text: string, baseVersion: number): Promise<EditResult> {
    if (this.isDown) return Promise.reject(new Error('down'));
    if (baseVersion !== this.file.version) return Promise.resolve({ kind: 'outdated', file: this.file });
    this.set(text, origin);
    return Promise.resolve({ kind: 'accepted', version: this.file.version });
  }

  set(text: string, origin: string): void {
    this.file = { ...this.file, text, version: this.file.version + 1, isDirty: true };
    const event: ProjectEvent = { type: 'file', file: this.file, origin };
    for (const { documents } of this.windows) documents.take(event);
  }
}

class Kept implements UnsentPort {
  readonly texts = new Map<string, { text: string; basedOn: readonly string[] }>();
  keep(path: string, text: string, basedOn: readonly string[]): void {
    this.texts.set(path, { text, basedOn });
  }
  drop(path: string): void {
    this.texts.delete(path);
  }
  take(path: string): { text: string; basedOn: readonly string[] } | undefined {
    return this.texts.get(path);
  }
}

class Window {
  readonly documents: Documents;

  constructor(host: FakeHost, id: string, kept: UnsentPort = new Kept()) {
    const port: EditPort = { edit: ({ text, baseVersion }) => host.edit(id, text, baseVersion) };
    this.documents = new Documents(port, kept, id);
    host.windows.push(this);
    this.documents.take({ type: 'file', file: host.file, origin: 'host' });
  }

  get text(): string | undefined {
    return this.documents.text('a.cu');
  }

  type(text: string): void {
    this.documents.setText('a.cu', text);
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a file's text in a window", () => {
  test('news of the disk that an answer has overtaken is no conflict', async () => {
    const host = new FakeHost();
    const mine = new Window(host, 'mine');
    mine.type('one');
    await vi.advanceTimersByTimeAsync(200);
    const { file } = host; // the host looks at the disk now, and its event is on the way
    mine.type('two');
    await vi.advanceTimersByTimeAsync(200);
    mine.type('three');
    mine.documents.take({ type: 'file', file: { ...file, conflict: 'changed-on-disk' }, origin: 'disk' });
    expect(mine.documents.view('a.cu')).toEqual({ text: 'three', conflict: undefined });
    await vi.advanceTimersByTimeAsync(200);
    expect(host.file.text).toBe('three');
  });

  test('a host that was killed comes back with any of the latest texts of this window, and is told the rest', async () => {
    const host = new FakeHost();
    const mine = new Window(host, 'mine');
    for (const text of ['one', 'two']) {
      mine.type(text);
      await vi.advanceTimersByTimeAsync(200);
    }
    host.isDown = true;
    mine.type('three');
    await vi.advanceTimersByTimeAsync(200); // sent, and never answered
    mine.type('four');
    host.isDown = false;
    for (const [atVersion, text] of ['one', 'three'].entries()) {
      host.file = { ...host.file, text, version: atVersion };
      mine.documents.take({ type: 'file', file: host.file, origin: 'host' });
      expect(mine.documents.view('a.cu')).toEqual({ text: 'four', conflict: undefined });
    }
    await vi.advanceTimersByTimeAsync(200);
    expect(host.file.text).toBe('four');
  });

  test('what is typed is shown at once and reaches the host soon after, gathered', async () => {
    const host = new FakeHost();
    const window = new Window(host, 'one');
    window.type('a');
    window.type('ab');
    expect(window.text).toBe('ab');
    expect(window.documents.isUnsent('a.cu')).toBe(true);
    await vi.advanceTimersByTimeAsync(200);
    expect(host.file).toMatchObject({ text: 'ab', version: 2 });
    expect(window.documents.isUnsent('a.cu')).toBe(false);
  });

  test('flush waits until the host has accepted everything', async () => {
    const host = new FakeHost();
    const window = new Window(host, 'one');
    window.type('now');
    await window.documents.flush();
    expect(host.file.text).toBe('now');
  });

  test("another window's edit appears where nothing is unsent", () => {
    const host = new FakeHost();
    const [one, two] = [new Window(host, 'one'), new Window(host, 'two')];
    host.set('from elsewhere', 'disk');
    expect([one.text, two.text]).toEqual(['from elsewhere', 'from elsewhere']);
  });

  test('two windows that type at once: the later keeps its text and is asked', async () => {
    const host = new FakeHost();
    const [one, two] = [new Window(host, 'one'), new Window(host, 'two')];
    one.type('first');
    two.type('second');
    await vi.advanceTimersByTimeAsync(200);
    expect(host.file.text).toBe('first');
    expect(two.text).toBe('second');
    expect(two.documents.view('a.cu')?.conflict).toEqual({ theirs: 'first' });

    two.documents.resolve('a.cu', 'mine');
    await vi.advanceTimersByTimeAsync(200);
    expect(host.file.text).toBe('second');
    expect([one.text, two.text]).toEqual(['second', 'second']);
    expect(two.documents.view('a.cu')?.conflict).toBeUndefined();
  });

  test('what arrived without an answer is not kept: it would come back over what others write later', async () => {
    const host = new FakeHost();
    const kept = new Kept();
    kept.keep('a.cu', 'arrived', ['start']);
    host.set('arrived', 'gone');
    const window = new Window(host, 'one', kept);
    expect(kept.texts.size).toBe(0);

    host.isDown = true;
    window.type('typed');
    await vi.advanceTimersByTimeAsync(200);
    expect(kept.texts.size).toBe(1);
    host.set('typed', 'host'); // it had arrived; the connection was lost before the answer
    expect(kept.texts.size).toBe(0);
    host.set('from elsewhere', 'disk');
    expect(new Window(host, 'two', kept).documents.view('a.cu')).toEqual({
      text: 'from elsewhere',
      conflict: undefined,
    });
  });

  test('taking theirs shows theirs and forgets what was kept', async () => {
    const host = new FakeHost();
    const kept = new Kept();
    const [one, two] = [new Window(host, 'one'), new Window(host, 'two', kept)];
    one.type('first');
    two.type('second');
    await vi.advanceTimersByTimeAsync(200);
    two.documents.resolve('a.cu', 'theirs');
    expect(two.text).toBe('first');
    expect(kept.texts.size).toBe(0);
  });

  test('an edit made while the host is away is sent when it is back', async () => {
    const host = new FakeHost();
    const window = new Window(host, 'one');
    host.isDown = true;
    window.type('meanwhile');
    await vi.advanceTimersByTimeAsync(1000);
    expect(window.text).toBe('meanwhile');
    host.isDown = false;
    window.documents.take({ type: 'file', file: host.file, origin: 'host' });
    await vi.advanceTimersByTimeAsync(200);
    expect(host.file.text).toBe('meanwhile');
  });

  test('a tab that is killed before its edit was sent shows it again', async () => {
    const host = new FakeHost();
    const kept = new Kept();
    const killed = new Window(host, 'one', kept);
    killed.type('almost lost');
    killed.documents.clear();
    const reopened = new Window(host, 'three', kept);
    expect(reopened.text).toBe('almost lost');
    await vi.advanceTimersByTimeAsync(200);
    expect(host.file.text).toBe('almost lost');
  });

  test('a tab that is killed while an edit is on its way does not take that edit for somebody else’s', async () => {
    const host = new FakeHost();
    const kept = new Kept();
    const killed = new Window(host, 'one', kept);
    host.windows.length = 0; // neither the answer nor the event arrives any more
    killed.type('first');
    const sending = killed.documents.flush();
    killed.type('first and second');
    killed.documents.clear();
    await sending;
    expect(host.file.text).toBe('first');
    const reopened = new Window(host, 'three', kept);
    expect(reopened.documents.view('a.cu')).toEqual({ text: 'first and second', conflict: undefined });
  });

  test('while the person is to choose, nothing is said to be kept', async () => {
    const host = new FakeHost();
    const [one, two] = [new Window(host, 'one'), new Window(host, 'two')];
    one.type('first');
    two.type('second');
    await vi.advanceTimersByTimeAsync(200);
    await expect(two.documents.flush()).rejects.toThrow("'a.cu' was changed elsewhere");
    await two.documents.flush('b.cu');
  });

  test('what a killed tab kept is asked about when the file has changed since', () => {
    const host = new FakeHost();
    const kept = new Kept();
    kept.keep('a.cu', 'mine', ['start']);
    host.set('theirs', 'disk');
    const window = new Window(host, 'one', kept);
    expect(window.documents.view('a.cu')).toEqual({ text: 'mine', conflict: { theirs: 'theirs' } });
  });
});

test('whatever two windows and the disk do, every window ends with the host’s text or is asked about its own', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('type' as const), window: fc.nat(1), text: fc.string({ maxLength: 3 }) }),
    fc.record({ kind: fc.constant('disk' as const), text: fc.string({ maxLength: 3 }) }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 200 }) }),
    fc.record({ kind: fc.constant('host' as const), isDown: fc.boolean() }),
    fc.record({ kind: fc.constant('resolve' as const), window: fc.nat(1), keep: fc.constantFrom('mine', 'theirs') }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const host = new FakeHost();
      const windows = [new Window(host, 'one'), new Window(host, 'two')];
      for (const action of steps) {
        if (action.kind === 'type') windows[action.window]!.type(action.text);
        else if (action.kind === 'disk') host.set(action.text, 'disk');
        else if (action.kind === 'wait') await vi.advanceTimersByTimeAsync(action.ms);
        else if (action.kind === 'host') host.isDown = action.isDown;
        else windows[action.window]!.documents.resolve('a.cu', action.keep);
      }
      host.isDown = false;
      for (let round = 0; round < 4; round++) {
        for (const { documents } of windows) documents.take({ type: 'file', file: host.file, origin: 'host' });
        await vi.advanceTimersByTimeAsync(300);
      }
      for (const { documents } of windows) {
        const view = documents.view('a.cu')!;
        if (view.conflict === undefined) expect(view.text).toBe(host.file.text);
        else expect(view.conflict.theirs).toBe(host.file.text);
      }
    }),
    { numRuns: 300, seed: 20261123 },
  );
});
