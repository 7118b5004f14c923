import { EventEmitter } from 'node:events';
import type { App, Session, WindowOpenHandlerResponse } from 'electron';
import { describe, expect, test } from 'vitest';
import { guardContents, guardSession } from './guards.ts';

/** Contents as Electron creates them, with the guards on, and a person who answers `response`. */
class Contents extends EventEmitter {
  readonly opened: string[] = [];
  readonly asked: (string | undefined)[] = [];
  readonly log: string[] = [];
  openHandler: (details: { url: string }) => WindowOpenHandlerResponse = () => ({ action: 'allow' });

  constructor(response = 1) {
    super();
    const app = new EventEmitter();
    guardContents(app as App, {
      ask: (_, { detail }) => {
        this.asked.push(detail);
        return Promise.resolve({ response, checkboxChecked: false });
      },
      open: async (url) => {
        this.opened.push(url);
      },
      log: (line) => this.log.push(line),
    });
    app.emit('web-contents-created', {}, this);
  }

  isDestroyed(): boolean {
    return false;
  }

  setWindowOpenHandler(handler: typeof this.openHandler): void {
    this.openHandler = handler;
  }

  /** Whether the event's default was prevented. */
  navigate(event: string, url: string): boolean {
    let isPrevented = false;
    this.emit(event, { url, preventDefault: () => (isPrevented = true) });
    return isPrevented;
  }
}

describe('a window', () => {
  test.each(['will-navigate', 'will-frame-navigate', 'will-redirect'])('stays with our page: %s', (event) => {
    const contents = new Contents();
    const others = [
      'https://example.com',
      'file:///etc/passwd',
      'app://other/',
      'data:text/html,x',
      'javascript:x',
      '',
    ];
    for (const url of others) expect([url, contents.navigate(event, url)]).toEqual([url, true]);
    expect(contents.navigate(event, 'app://studio/#/project/1')).toBe(false);
  });

  test('holds no web view', () => {
    expect(new Contents().navigate('will-attach-webview', '')).toBe(true);
  });

  test('opens no other, and a link only when the person has seen where it leads', async () => {
    const willing = new Contents(0);
    expect(willing.openHandler({ url: 'https://docs.example.com/a b' })).toEqual({ action: 'deny' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(willing.asked).toEqual(['https://docs.example.com/a%20b']);
    expect(willing.opened).toEqual(['https://docs.example.com/a%20b']);
    const unwilling = new Contents(1);
    unwilling.openHandler({ url: 'https://docs.example.com/' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(unwilling.opened).toEqual([]);
  });

  test.each(['file:///bin/sh', 'smb://host/share', 'ms-msdt:/id', 'javascript:alert(1)', 'nonsense'])(
    'never passes %s on to the system',
    async (url) => {
      const contents = new Contents(0);
      expect(contents.openHandler({ url })).toEqual({ action: 'deny' });
      await new Promise((resolve) => setImmediate(resolve));
      expect([contents.asked, contents.opened]).toEqual([[], []]);
      expect(contents.log).toHaveLength(1);
    },
  );
});

describe('permissions', () => {
  type Check = (contents: null, permission: string, origin: string) => boolean;
  type Ask = (contents: null, permission: string, ...more: [(is: boolean) => void, { requestingUrl: string }]) => void;
  const handlers: { check?: Check; ask?: Ask; device?: () => boolean } = {};
  guardSession({
    setPermissionCheckHandler: (check: Check) => (handlers.check = check),
    setPermissionRequestHandler: (ask: Ask) => (handlers.ask = ask),
    setDevicePermissionHandler: (device: () => boolean) => (handlers.device = device),
  } as unknown as Session);

  const refused = ['media', 'geolocation', 'notifications', 'midi', 'hid', 'usb', 'serial', 'openExternal', 'new'];
  test.each<[permission: string, url: string, isGiven: boolean]>([
    ['clipboard-sanitized-write', 'app://studio/', true],
    ['clipboard-read', 'app://studio/', true],
    ['clipboard-read', 'https://example.com/', false],
    ...refused.map((permission): [string, string, boolean] => [permission, 'app://studio/', false]),
  ])('%s for %s: %s', (permission, url, isGiven) => {
    expect(handlers.check!(null, permission, url)).toBe(isGiven);
    let answer: boolean | undefined;
    handlers.ask!(null, permission, (is) => (answer = is), { requestingUrl: url });
    expect(answer).toBe(isGiven);
  });

  test('no device is given to anybody', () => {
    expect(handlers.device!()).toBe(false);
  });
});
