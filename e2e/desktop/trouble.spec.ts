import { spawnSync } from 'node:child_process';

import { expect, test } from '../fixtures/studio.fixture.ts';
import type { DesktopApp } from '../fixtures/desktop-app.ts';
import type { StudioPage } from '../pages/studio-page.ts';

/** Four actors that pass on as many numbers as there is time for. */
async function runUnderLoad(studio: StudioPage): Promise<void> {
  await studio.openSample('Pipeline');
  await studio.run();
  await studio.injector.open();
  await studio.injector.aim('source');
  await studio.injector.field('count').fill('4000000000');
  await studio.injector.send();
  await expect(studio.statusBar).toContainText(/[km] msgs/i);
}

/** What the page shows, asked by the application: Playwright's own view of a page ends with its process. */
function textOf(app: DesktopApp): Promise<string> {
  return app.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript('document.body.innerText').catch(String),
  ) as Promise<string>;
}

/** It may have ended meanwhile. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has.
  }
}

function childrenOf(pid: number): readonly number[] {
  const listed = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }).stdout; // fails with none
  return listed.split(/\s+/).filter(Boolean).map(Number);
}

// Compilers are killed: they have to have something to do.
test.use({ cache: 'empty' });
test.skip(process.platform !== 'linux', 'processes are looked up by ps');

test('kill -9 of the host under load: another one starts, and the window goes on', async ({
  desktop,
  studio,
  page,
}) => {
  const { app } = desktop;
  await runUnderLoad(studio);
  const pid = await app.hostPid();
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => app.hostPid()).not.toBe(pid);
  await studio.expectRunState('Stopped');
  await expect(studio.statusBar).not.toContainText('does not answer');
  await expect(page.getByRole('button', { name: 'Project Pipeline' })).toBeVisible();
  await studio.run();
  await studio.stop();
});

test('kill -9 of the renderer under load: it is asked about, the page comes back, and the actors have run on', async ({
  desktop,
  studio,
}) => {
  const { app } = desktop;
  await runUnderLoad(studio);
  await app.answer({ kind: 'message', about: "The window's process ended", button: 'Load the window again' });
  const pid = await app.electron.evaluate(
    ({ app: running }) => running.getAppMetrics().find(({ type }) => type === 'Tab')!.pid,
  );
  process.kill(pid, 'SIGKILL');
  await expect.poll(async () => (await app.shownDialogs()).length).toBe(1);
  await expect.poll(() => textOf(app)).toMatch(/4 running/);
  await expect.poll(() => textOf(app)).toMatch(/[km]\s+msgs/i);
});

test('a window that hangs is asked about, and loads again; what was typed is there', async ({ desktop, studio }) => {
  const { app } = desktop;
  await studio.openSample('Vector add');
  const editor = await studio.openFile('vector_add.cu');
  await editor.focus();
  await studio.page.keyboard.press('Control+Home');
  await studio.page.keyboard.type('// typed before ');
  await editor.expectText('// typed before');
  await expect(studio.explorer.getByRole('img', { name: 'unsaved' })).toBeVisible();
  await app.answer({ kind: 'message', about: 'The window does not answer', button: 'Load the window again' });
  // Electron measures it by itself; here it is told.
  await app.electron.evaluate(({ BrowserWindow }) => void BrowserWindow.getAllWindows()[0]?.emit('unresponsive'));
  await expect.poll(() => app.log).toContain('The process of a window ended');
  await expect.poll(() => textOf(app)).toMatch(/typed\s+before/);
  expect(await app.shownDialogs()).toHaveLength(1);
});

test('kill -9 of the compiler: the next save compiles in a new one', async ({ desktop, studio }) => {
  const { app } = desktop;
  await studio.openSample('Vector add');
  await studio.run();
  const editor = await studio.openFile('vector_add.cu');
  const before = childrenOf(await app.hostPid());
  expect(before.length).toBeGreaterThan(0);
  for (const pid of before) process.kill(pid, 'SIGKILL');
  await editor.focus();
  await studio.page.keyboard.press('Control+End');
  await studio.page.keyboard.type('// again');
  await editor.save();
  await expect(studio.statusBar).toContainText('vector_add.cu r2 loaded');
});

test('kill -9 of the compiler whenever it starts: the source is not blamed, and compiles again on demand', async ({
  desktop,
  studio,
}) => {
  const { app } = desktop;
  await studio.openSample('Vector add');
  await studio.run();
  const editor = await studio.openFile('vector_add.cu');
  const host = await app.hostPid();
  const killer = setInterval(() => {
    for (const pid of childrenOf(host)) kill(pid);
  }, 50);
  try {
    await editor.focus();
    await studio.page.keyboard.press('Control+End');
    await studio.page.keyboard.type('// again');
    await editor.save();
    const ended = /The compiler ended twice \(SIGKILL\) while it compiled vector_add\.cu/;
    await expect(editor.banner).toContainText(ended);
    await expect(editor.banner).toContainText('r2 was not compiled.');
    await expect(editor.banner).not.toContainText('line 1');
    await expect(studio.problem(ended)).toHaveCount(1);
    await expect(studio.statusBar).toContainText('vector_add.cu r2 was not compiled');
    await expect(editor.panel.locator('.squiggly-error')).toHaveCount(0);
  } finally {
    clearInterval(killer);
  }
  await editor.banner.getByRole('button', { name: 'Compile again' }).click();
  await expect(studio.statusBar).toContainText('vector_add.cu r2 loaded');
  await expect(studio.page.getByText('No problems')).toBeVisible();
});

test('a host that does not stay up is given up with a question, and started again on demand', async ({
  desktop,
  studio,
}) => {
  const { app } = desktop;
  await studio.openSample('Vector add');
  await app.answer({ kind: 'message', about: 'The studio host does not stay up.', button: 'Start it again' });
  for (let death = 0; death < 3; death++) {
    let pid = 0;
    await expect.poll(async () => (pid = await app.hostPid())).toBeGreaterThan(0);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => app.hostPid()).not.toBe(pid);
  }
  await expect.poll(async () => (await app.shownDialogs()).length).toBe(1);
  await studio.expectRunState('Stopped'); // the host answers again
  await studio.run();
});
