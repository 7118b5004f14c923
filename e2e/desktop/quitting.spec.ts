import type { DesktopApp } from '../fixtures/desktop-app.ts';
import { expect, test } from '../fixtures/studio.fixture.ts';
import type { StudioPage } from '../pages/studio-page.ts';

const tally = `#include <ring_kernel.cuh>

struct Vote {
  uint32_t weight = 1;
};
struct Spin {
  uint64_t by = 1;
};
struct Votes {
  uint64_t sum;
};

RING_KERNEL(tally, Votes);

RING_ON(tally, Vote) { state.sum += msg.weight; }
RING_ON(tally, Spin) {
  while (msg.by != 0) state.sum += msg.by;
}
`;

const topology = JSON.stringify({
  version: 1,
  name: 'Tally',
  device: 'cpu',
  actors: [{ id: 'tally', kernel: 'tally', source: 'tally.cu' }],
});

/** Actors run that nobody has asked anything yet. */
async function runTally(studio: StudioPage, project: string): Promise<void> {
  await studio.openFolder(project);
  await studio.runAfterConsent();
  await studio.injector.open();
}

/** The words of what was asked, less the dialog that opened the project. */
async function questions(app: DesktopApp): Promise<readonly string[]> {
  return (await app.shownDialogs()).slice(1).map(({ words }) => words);
}

const files = { 'topology.ring.json': topology, 'tally.cu': tally };

test.skip(process.platform !== 'linux', 'signals and processes');

test('a window that is closed because its page died is there again when the person stays', async ({
  desktop,
  studio,
  host,
}) => {
  const { app } = desktop;
  await runTally(studio, host.writeProject('tally', files));
  await app.answer({ kind: 'message', about: "The window's process ended", button: 'Close the window' });
  await app.answer({ kind: 'message', about: 'Actors run.', button: 'Cancel' });
  const pid = await app.electron.evaluate(
    ({ app: running }) => running.getAppMetrics().find(({ type }) => type === 'Tab')!.pid,
  );
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => questions(app)).toHaveLength(2);
  const shown = (): Promise<string> =>
    app.electron.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows();
      return window?.webContents.executeJavaScript('document.body.innerText').catch(String) as Promise<string>;
    });
  await expect.poll(shown).toContain('1 running');
});

test('a signal does not wait for an answer', async ({ desktop, studio, host }) => {
  const { app } = desktop;
  await runTally(studio, host.writeProject('tally', files));
  await app.electron.evaluate(({ dialog }) => {
    // A person who has gone for a coffee: only what is taken back comes to an end.
    dialog.showMessageBox = ((...given: { signal?: AbortSignal }[]) =>
      new Promise((resolve) => {
        given.at(-1)?.signal?.addEventListener('abort', () => resolve({ response: 1, checkboxChecked: false }));
      })) as typeof dialog.showMessageBox;
  });
  await app.chooseInMenu('File', 'Quit');
  await studio.page.waitForTimeout(500);
  expect(app.isRunning).toBe(true);
  app.electron.process().kill('SIGTERM');
  expect(await app.ended()).toBe(0);
});

test('a host that hangs is asked about, and ended by force', async ({ desktop, studio, host }) => {
  const { app } = desktop;
  await runTally(studio, host.writeProject('tally', files));
  const pid = await app.hostPid();
  process.kill(pid, 'SIGSTOP');
  await app.answer({ kind: 'message', about: 'The studio host does not answer.', button: 'Cancel' });
  await app.chooseInMenu('File', 'Quit');
  await expect.poll(() => questions(app)).toHaveLength(1);
  expect((await questions(app))[0]).toContain('Actors may be running');

  await app.answer({ kind: 'message', about: 'The studio host does not answer.', button: 'Quit' });
  await app.chooseInMenu('File', 'Quit');
  expect(await app.ended()).toBe(0);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('a handler that never returns does not hold the application', async ({ desktop, studio, host }) => {
  const { app } = desktop;
  await runTally(studio, host.writeProject('tally', files));
  await studio.injector.aim('tally', 'Spin');
  await studio.injector.send();
  await app.answer({ kind: 'message', about: 'Actors run.', button: 'Quit' });
  await app.chooseInMenu('File', 'Quit');
  expect(await app.ended()).toBe(0);
  await app.start();
  await expect.poll(() => app.electron.windows().length).toBe(1);
});
