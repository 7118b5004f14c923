import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '../fixtures/studio.fixture.ts';

/** Of the window in front. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

test('a window is there again at the next start, where it was and with what it showed', async ({ desktop, studio }) => {
  const { app } = desktop;
  await studio.openSample('Vector add');
  const place: Place = { x: 60, y: 40, width: 1200, height: 800 };
  await app.electron.evaluate(
    ({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds),
    place,
  );
  await app.chooseInMenu('File', 'Quit');
  expect(await app.ended()).toBe(0);

  const page = await app.start();
  await expect(page.getByRole('button', { name: 'Project Vector add' })).toBeVisible();
  const found = await app.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((each) => each.getBounds()),
  );
  expect(found).toEqual([place]);
});

test('a window whose display is gone is within reach at the next start', async ({ desktop }) => {
  const { app } = desktop;
  test.skip(!app.isStandIn, 'needs displays that come and go');
  const bounds = (): Promise<readonly Place[]> =>
    app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((each) => each.getBounds()));
  await app.end();
  await app.start([], { RINGSTUDIO_STAND_IN_DISPLAYS: '0,0,1920,1080;1920,0,2560,1440' });
  const far: Place = { x: 2400, y: 200, width: 1600, height: 1000 };
  await app.electron.evaluate(({ BrowserWindow }, place) => BrowserWindow.getAllWindows()[0]?.setBounds(place), far);
  await app.chooseInMenu('File', 'Quit');
  expect(await app.ended()).toBe(0);

  await app.start([], { RINGSTUDIO_STAND_IN_DISPLAYS: '0,0,1366,768' });
  const [found] = await bounds();
  expect(found?.x).toBeGreaterThanOrEqual(0);
  expect((found?.x ?? 0) + (found?.width ?? 0)).toBeLessThanOrEqual(1366);
  expect((found?.y ?? 0) + (found?.height ?? 0)).toBeLessThanOrEqual(768);
});

test('a second start shows its project in the first one, and a file that is opened too', async ({
  desktop,
  studio,
  page,
}) => {
  const { app } = desktop;
  const topology = JSON.stringify({ version: 1, name: 'Handed over', device: 'cpu', actors: [] });
  const first = app.writeProject('handed', { 'topology.ring.json': topology });
  await app.startAgain(first);
  await expect(page.getByRole('button', { name: 'Project Handed over' })).toBeVisible();
  await expect(studio.explorer).toBeVisible();

  const file = join(
    app.writeProject('clicked', { 'topology.ring.json': topology.replace('Handed over', 'Clicked') }),
    'topology.ring.json',
  );
  const opened = app.electron.waitForEvent('window');
  await app.electron.evaluate(({ app: running }, path) => {
    running.emit('open-file', { preventDefault: () => undefined }, path);
  }, file);
  await expect((await opened).getByRole('button', { name: 'Project Clicked' })).toBeVisible();
  await app.startAgain(first); // shown already: no third window
  await expect.poll(() => app.electron.windows().length).toBe(2);
});

test('quitting asks once about unsaved edits of all windows; what is kept is there again', async ({
  desktop,
  studio,
}) => {
  const { app } = desktop;
  await studio.openSample('Vector add');
  const editor = await studio.openFile('vector_add.cu');
  await editor.focus();
  await studio.page.keyboard.press('Control+Home');
  await studio.page.keyboard.type('// unsaved ');
  await studio.openSecondWindow('Vector add');

  await app.answer({ kind: 'message', about: '1 file has unsaved edits', button: 'Cancel' });
  await app.chooseInMenu('File', 'Quit');
  await expect.poll(async () => (await app.shownDialogs()).length).toBe(1);
  await editor.expectText('// unsaved');
  expect((await app.shownDialogs())[0]?.words).toContain('vector_add.cu in Vector add');

  await app.answer({ kind: 'message', about: '1 file has unsaved edits', button: 'Quit' });
  await app.chooseInMenu('File', 'Quit');
  expect(await app.ended()).toBe(0);
  expect(readFileSync(join(app.ownProjectDir, 'vector_add.cu'), 'utf8')).not.toContain('// unsaved');
  const page = await app.start();
  await expect.poll(() => app.electron.windows().length).toBe(2);
  await expect(page.getByRole('code').first()).toContainText('// unsaved');
});

test('the last window that closes is the way out, and saves what it is told to', async ({ desktop, studio }) => {
  const { app } = desktop;
  await studio.openSample('Vector add');
  const editor = await studio.openFile('vector_add.cu');
  await editor.focus();
  await studio.page.keyboard.press('Control+Home');
  await studio.page.keyboard.type('// saved on the way ');
  await app.answer({ kind: 'message', about: 'unsaved edits', button: 'Save all and quit' });
  await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  expect(await app.ended()).toBe(0);
  expect(readFileSync(join(app.ownProjectDir, 'vector_add.cu'), 'utf8')).toContain('// saved on the way');
});
