import { expect, test } from '../fixtures/studio.fixture.ts';

/** What the preload script gives the page. */
declare const ringDesktop: Readonly<Record<string, unknown>>;

test('a page finds no Node, and of the application one frozen object of functions', async ({ page }) => {
  const found = await page.evaluate(() => ({
    globals: ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter((name) => name in window),
    isSecure: isSecureContext,
    bridge: Object.entries(ringDesktop).map(([name, value]) => `${name}: ${typeof value}`),
    isFrozen: Object.isFrozen(ringDesktop),
  }));
  expect(found.globals).toEqual([]);
  expect(found.isSecure).toBe(true);
  expect(found.isFrozen).toBe(true);
  expect(found.bridge.length).toBeGreaterThan(0);
  for (const part of found.bridge) expect(part).toMatch(/: function$/);
});

test('every window has the safe options', async ({ desktop }) => {
  const { app } = desktop;
  test.skip(!app.isStandIn, 'Electron does not tell the options of a window');
  const preferences = await app.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => {
      // The stand-in keeps them.
      const { options } = window as unknown as { options: { webPreferences: Record<string, unknown> } };
      const { preload: _, ...rest } = options.webPreferences;
      return rest;
    }),
  );
  const off = [
    'nodeIntegration',
    'nodeIntegrationInWorker',
    'nodeIntegrationInSubFrames',
    'allowRunningInsecureContent',
  ];
  expect(preferences).toEqual([
    {
      ...Object.fromEntries([...off, 'experimentalFeatures', 'webviewTag'].map((name) => [name, false])),
      contextIsolation: true,
      sandbox: true,
      webSecurity: true,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  ]);
});

test('the page comes with its policy: no inline script, no evaluation, nothing from elsewhere', async ({ page }) => {
  const found = await page.evaluate(async () => {
    const refused: string[] = [];
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => refused.push(effectiveDirective));
    const script = document.createElement('script');
    script.textContent = 'window.inlineRan = true';
    document.head.append(script);
    const image = document.createElement('img');
    image.src = 'https://elsewhere.example/picture.png';
    document.body.append(image);
    const fetched = await fetch('https://elsewhere.example/').then(
      () => 'fetched',
      () => 'refused',
    );
    // By a timer: what DevTools evaluates may evaluate more.
    const evaluate = document.createElement('button');
    evaluate.setAttribute('onclick', 'window.handlerRan = true');
    evaluate.click();
    setTimeout('window.evaluated = true' as unknown as () => void);
    await new Promise((resolve) => setTimeout(resolve, 200)); // violations are told a little later
    const policy = (await fetch(location.pathname)).headers.get('content-security-policy');
    return {
      ran: ['inlineRan', 'handlerRan', 'evaluated'].filter((name) => name in window),
      fetched,
      refused: [...new Set(refused)].sort(),
      policy,
    };
  });
  expect(found.ran).toEqual([]);
  expect(found.fetched).toBe('refused');
  expect(found.refused).toEqual(expect.arrayContaining(['connect-src', 'img-src', 'script-src-elem']));
  expect(found.policy).toContain("default-src 'self'");
});

test('a page leaves the application by no way, and a link is opened outside after a question', async ({
  desktop,
  page,
}) => {
  const { app } = desktop;
  const before = page.url();
  const go = (act: string): Promise<unknown> => page.evaluate(`{ ${act} }`);
  await go(`location.href = 'https://elsewhere.example/'`);
  await go(
    `const form = document.createElement('form'); form.action = 'https://elsewhere.example/'; document.body.append(form); form.submit()`,
  );
  await go(
    `const frame = document.createElement('iframe'); frame.src = 'https://elsewhere.example/'; document.body.append(frame)`,
  );
  await expect.poll(() => app.log).toContain('Navigation to https://elsewhere.example/ was refused.');
  expect(page.url()).toBe(before);

  await go(`window.open('file:///etc/passwd')`);
  await expect.poll(() => app.log).toContain('A window for file:///etc/passwd was refused.');
  await app.answer({ kind: 'message', about: 'https://elsewhere.example/first', button: 'Cancel' });
  await go(`window.open('https://elsewhere.example/first')`);
  await expect.poll(async () => (await app.shownDialogs()).length).toBe(1);
  await app.answer({ kind: 'message', about: 'https://elsewhere.example/second', button: 'Open' });
  await go(`window.open('https://elsewhere.example/second')`);
  await expect.poll(() => app.opened()).toEqual(['https://elsewhere.example/second']);
  expect(app.electron.windows()).toHaveLength(1);
});

test('a page may use the clipboard, and nothing else of the system', async ({ page }) => {
  const states = await page.evaluate(async () => {
    const names = ['clipboard-read', 'clipboard-write', 'geolocation', 'notifications', 'camera', 'microphone', 'midi'];
    const ask = async (name: string): Promise<readonly [string, PermissionState]> => {
      const { state } = await navigator.permissions.query({ name: name as PermissionName }); // newer ones have no type
      return [name, state];
    };
    return Object.fromEntries<PermissionState>(await Promise.all(names.map(ask)));
  });
  const refused = Object.fromEntries(
    ['geolocation', 'notifications', 'camera', 'microphone', 'midi'].map((name) => [name, 'denied']),
  );
  expect(states).toEqual({ 'clipboard-read': 'granted', 'clipboard-write': 'granted', ...refused });
});
