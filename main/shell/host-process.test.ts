import { EventEmitter } from 'node:events';
import type { MessageChannelMain, UtilityProcess } from 'electron';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { replacedExitCode, type HostFailure } from '../host/desktop/control.ts';
import { HostProcess } from './host-process.ts';

/** A child as Electron starts it, which does what a test tells it to. */
class FakeChild extends EventEmitter {
  readonly pid = 4711;
  readonly stdout = new EventEmitter();
  readonly stderr = new EventEmitter();
  readonly got: { readonly message: { kind: string; id?: number }; readonly ports: readonly unknown[] }[] = [];
  wasKilled = false;

  postMessage(message: { kind: string; id?: number }, ports: readonly unknown[] = []): void {
    this.got.push({ message, ports });
  }

  kill(): boolean {
    this.wasKilled = true;
    this.emit('exit', 137);
    return true;
  }

  answer(more: object = {}): void {
    this.emit('message', { kind: 'answer', id: this.got.at(-1)!.message.id, ...more });
  }
}

class Main {
  readonly children: FakeChild[] = [];
  readonly log: string[] = [];
  readonly gaveUp: HostFailure[] = [];
  readonly host = new HostProcess({
    fork: () => {
      this.children.push(new FakeChild());
      return this.child as unknown as UtilityProcess;
    },
    createChannel: () => ({ port1: 'host end', port2: 'window end' }) as unknown as MessageChannelMain,
    log: (line) => this.log.push(line),
    onGaveUp: (failure) => this.gaveUp.push(failure),
  });

  get child(): FakeChild {
    return this.children.at(-1)!;
  }

  ready(): void {
    this.child.emit('message', { kind: 'ready' });
  }

  async die(): Promise<void> {
    this.child.emit('exit', 139);
    await vi.advanceTimersByTimeAsync(200);
  }
}

let main: Main;
beforeEach(() => {
  vi.useFakeTimers();
  main = new Main();
  main.host.start();
});
afterEach(() => vi.useRealTimers());

describe('a window that connects', () => {
  test('gets a port of its own as soon as the host is ready', async () => {
    const connected = main.host.connect();
    expect(main.child.got).toEqual([]);
    main.ready();
    expect(await connected).toBe('window end');
    expect(main.child.got).toEqual([{ message: { kind: 'connect' }, ports: ['host end'] }]);
  });

  test('waits for the next host when this one dies on the way', async () => {
    const connected = main.host.connect();
    await main.die();
    expect(main.children).toHaveLength(2);
    main.ready();
    expect(await connected).toBe('window end');
    expect(main.child.got).toHaveLength(1);
  });

  test('is told when there will be none', async () => {
    const connected = main.host.connect();
    const failure = { code: 'StudioRunning', message: 'a studio is running already.' };
    main.child.emit('message', { kind: 'failed', failure });
    main.child.emit('exit', 1);
    await expect(connected).rejects.toThrow('a studio is running already.');
    expect(main.gaveUp).toEqual([failure]);
    expect(main.children).toHaveLength(1);
  });
});

describe('a host that dies', () => {
  test('is started again, twice; then the person is asked, and may start it again', async () => {
    main.ready();
    await main.die();
    main.ready();
    await main.die();
    main.ready();
    await main.die();
    expect(main.children).toHaveLength(3);
    expect(main.gaveUp).toMatchObject([{ code: 'HostDied' }]);
    await expect(main.host.connect()).rejects.toThrow('ended 3 times within a minute (exit code 139)');
    main.host.restart();
    expect(main.children).toHaveLength(4);
    main.ready();
    expect(await main.host.connect()).toBe('window end');
  });

  test('once an hour is started again for ever', async () => {
    for (let hour = 0; hour < 10; hour++) {
      main.ready();
      await main.die();
      await vi.advanceTimersByTimeAsync(3_600_000);
    }
    expect(main.children).toHaveLength(11);
    expect(main.gaveUp).toEqual([]);
  });

  test('of a fatal error of V8 is one that dies, and its last words are in the log', async () => {
    main.ready();
    const dying = main.child;
    dying.emit('error', 'FatalError', 'v8::internal::Heap', '{}');
    dying.once('exit', () => dying.stderr.removeAllListeners()); // as Electron does
    await main.die();
    dying.stderr.emit('data', Buffer.from('out of memory\n'));
    expect(main.log.join('\n')).toContain('The host fails: FatalError at v8::internal::Heap.');
    expect(main.log).toContain('host: out of memory');
    expect(main.children).toHaveLength(2);
  });

  test('in order, because it has lost a GPU, is replaced at once however often', () => {
    for (let count = 1; count <= 10; count++) {
      main.ready();
      main.child.emit('exit', replacedExitCode);
      expect(main.children).toHaveLength(count + 1);
    }
    expect(main.gaveUp).toEqual([]);
    expect(main.log).toContain('The host has lost a GPU: another one takes its place.');
  });

  test('leaves no question open', async () => {
    main.ready();
    const asked = main.host.ask('open-work', 60_000);
    await main.die();
    expect(await asked).toBe('gone');
  });
});

describe('a question', () => {
  test('gets its own answer, or none in time', async () => {
    main.ready();
    const first = main.host.ask('open-work', 1000);
    main.child.answer({ work: [] });
    expect(await first).toMatchObject({ work: [] });
    const late = main.host.ask('open-work', 1000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await late).toBe('silent');
    main.child.answer(); // nobody waits for it any more
  });

  test('is not asked of a host that is not ready', async () => {
    expect(await main.host.ask('open-work', 1000)).toBe('gone');
    expect(main.child.got).toEqual([]);
  });

  test('whatever the host says that nobody knows is logged', () => {
    for (const odd of [undefined, 7, {}, { kind: 'answer' }]) main.child.emit('message', odd);
    expect(main.log).toHaveLength(4);
  });
});

describe('the end', () => {
  test('waits for the host to have written everything, and starts no other', async () => {
    main.ready();
    const ended = main.host.end(5000);
    main.child.answer();
    main.child.emit('exit', 0);
    await ended;
    expect(main.child.wasKilled).toBe(false);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(main.children).toHaveLength(1);
  });

  test('comes by force to a host that hangs', async () => {
    main.ready();
    const ended = main.host.end(5000);
    await vi.advanceTimersByTimeAsync(5000);
    await ended;
    expect(main.child.wasKilled).toBe(true);
  });
});
