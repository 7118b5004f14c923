import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '../fixtures/studio.fixture.ts';
import type { StudioHost } from '../fixtures/studio-home.ts';
import type { StudioPage } from '../pages/studio-page.ts';

const tally = `#include <ring_kernel.cuh>

struct Vote {
  uint32_t weight = 1;
};
struct Ask {};
struct Split {
  uint32_t parts = 0;
};
struct Votes {
  uint64_t sum;
};

RING_KERNEL(tally, Votes);

RING_ON(tally, Vote) { state.sum += msg.weight; }
RING_ON(tally, Ask) { ctx.reply(state); }
RING_ON(tally, Split) { state.sum /= msg.parts; }
`;

const topology = JSON.stringify({
  version: 1,
  name: 'Tally',
  device: 'cpu',
  actors: [{ id: 'tally', kernel: 'tally', source: 'tally.cu', queue: { capacity: 1024 } }],
});

const sources = { 'topology.ring.json': topology, 'tally.cu': tally };
const died = 'The studio host died while the actors ran';
const unreadable = 'No journal of the run can be read';

/** The actor runs, and the injector is open. */
async function runTally(host: StudioHost, studio: StudioPage): Promise<void> {
  await studio.openFolder(host.writeProject('tally', sources));
  await studio.runAfterConsent();
  await studio.injector.open();
}

/** Of the only run that goes on, or was lost. */
function journalOf(home: string): string {
  const state = join(home, 'state');
  const [path] = readdirSync(state, { recursive: true, encoding: 'utf8' }).filter((one) => one.endsWith('run.journal'));
  return join(state, path!);
}

test('a host that is killed while actors run: what it had accepted is counted, and what became of it told apart', async ({
  host,
  studio,
  page,
}) => {
  const { injector, monitor } = studio;
  await runTally(host, studio);
  await injector.aim('tally', 'Vote');
  await injector.send();
  await expect(injector.sent('Vote')).toHaveAccessibleName(/, sent$/);
  await injector.aim('tally', 'Ask');
  await injector.request();
  await expect(injector.reply('Votes')).toBeVisible();
  await page.waitForTimeout(1000); // the host writes down what is finished some times a second

  // In a paused actor's queue nothing ends: one vote, one question without an answer, a burst until it is full.
  await studio.pause();
  await injector.setTimeout(60_000);
  await injector.request();
  await injector.aim('tally', 'Vote');
  await injector.send();
  await expect(injector.sent('Vote')).toHaveCount(2);
  await injector.repeat.fill('5000');
  await injector.send();
  await expect(injector.burst('Vote')).toContainText('1,022 of 5,000');
  await studio.showLayout('Monitor');
  await expect(monitor.cell('tally', 'Queue depth')).toContainText('1,024');
  await host.kill();
  await host.restart();

  const account = '1,026 messages had been accepted. 2 are known to be finished; 1,024 unknown (host died).';
  await expect(studio.toast(died)).toBeVisible();
  const detail = studio.toast('1,024 unknown (host died). The account is in Problems.');
  await expect(detail).toBeVisible();
  for (const size of [
    { width: 1280, height: 720 },
    { width: 1440, height: 900 },
  ]) {
    await page.setViewportSize(size);
    expect(await detail.evaluate((box) => box.scrollHeight - box.clientHeight)).toBeLessThanOrEqual(0);
  }
  await expect(studio.statusBar).toContainText('1,024 unknown (host died)');
  await expect(studio.statusBar).toContainText('Actors ended with the host');
  await studio.expectRunState('Stopped');
  await expect(monitor.alert('The studio host died while the actors ran')).toContainText(account);
  // The last that was heard of the actor stays, with its time.
  await expect(monitor.cell('tally', 'Queue depth')).toContainText('1,024');
  await expect(monitor.totals).toContainText(/2 processed.*last heard of at \d\d:\d\d:\d\d/);

  await studio.showLayout('Design');
  await injector.open();
  await expect(injector.sent('Vote')).toHaveCount(2);
  await expect(injector.sent('Vote').first()).toHaveAccessibleName(/unknown \(host died\)$/);
  await expect(injector.sent('Vote').last()).toHaveAccessibleName(/, sent$/);
  await expect(injector.sent('Ask').first()).toHaveAccessibleName(/unknown \(host died\)$/);
  await injector.sent('Ask').first().click();
  await expect(page.getByText('The studio host died before tally answered.')).toBeVisible();
  await expect(injector.burst('Vote')).toContainText('1,022 of 5,000 accepted when the studio host died');
  await page.getByRole('tab', { name: 'Problems' }).click();
  const finding = studio.problem(account).getByRole('cell').nth(2);
  await expect(finding).toBeVisible();
  expect(await finding.evaluate((box) => box.scrollWidth - box.clientWidth)).toBeLessThanOrEqual(0);

  await studio.toastAction('Run again').click();
  await studio.expectRunState('Running');
  await expect(studio.problem('The studio host died')).toBeHidden();
  await expect(studio.statusBar).not.toContainText('host died');
  await expect(injector.sent('Vote').first()).toHaveAccessibleName(/unknown \(host died\)$/);
});

test('a run whose journal cannot be kept: it is said that it was lost, and no number of another run', async ({
  host,
  studio,
  page,
}) => {
  const { injector } = studio;
  await runTally(host, studio);
  await injector.aim('tally', 'Vote');
  await injector.send();
  await expect(injector.sent('Vote')).toHaveAccessibleName(/, sent$/);
  await host.kill();
  await host.restart();
  await page.getByRole('tab', { name: 'Problems' }).click();
  await expect(studio.problem('1 message had been accepted.')).toBeVisible();

  // As on a full disk: files can be made and emptied, and nothing be written into them.
  const journal = journalOf(host.home);
  mkdirSync(`${journal}.new`);
  await studio.run();
  await expect(studio.problem(died)).toBeHidden();
  await injector.repeat.fill('2000');
  await injector.send();
  await expect(injector.burst('Vote').last()).toContainText('2,000 of 2,000');
  await host.kill();
  await host.restart();
  await expect(studio.toast('Messages unknown (host died). The account is in Problems.')).toBeVisible();
  await expect(studio.problem(died)).toContainText(unreadable);
  await expect(studio.problem(died)).not.toContainText('accepted.');
});

test('a run of which nothing at all can be written: the window that has seen it tells', async ({
  host,
  studio,
  page,
}) => {
  const { injector, monitor } = studio;
  await studio.openFolder(host.writeProject('tally', sources));
  await studio.runAfterConsent();
  const journal = journalOf(host.home);
  await studio.stop();
  mkdirSync(journal);
  await studio.run();
  await injector.open();
  await injector.aim('tally', 'Vote');
  await injector.send();
  await expect(injector.sent('Vote').first()).toHaveAccessibleName(/, sent$/);
  await host.kill();
  await host.restart();
  await expect(studio.statusBar).toContainText('Messages unknown (host died)');
  await page.getByRole('tab', { name: 'Problems' }).click();
  await expect(studio.problem(died)).toContainText(unreadable);
  await expect(injector.sent('Vote').first()).toHaveAccessibleName(/unknown \(host died\)$/);
  await studio.showLayout('Monitor');
  await monitor.alert(died).getByRole('button', { name: 'Dismiss' }).click();
  await expect(monitor.alert(died)).toBeHidden();
  await expect(studio.statusBar).toContainText('Actors stopped');
});

test('what was known of faults and dead letters before the host died stays, and is not called mended', async ({
  host,
  studio,
  page,
}) => {
  const { injector, monitor } = studio;
  await runTally(host, studio);
  await injector.aim('tally', 'Split');
  await injector.send();
  await expect(injector.sent('Split')).toHaveAccessibleName(/, dead letter$/);
  await expect(studio.statusBar).toContainText('1 dead letter');
  await page.waitForTimeout(1000); // the host writes down what is finished some times a second
  await host.kill();
  await host.restart();
  await expect(studio.toast(died)).toBeVisible();
  await expect(injector.sent('Split')).toHaveAccessibleName(/, dead letter$/);
  await studio.showLayout('Monitor');
  await expect(monitor.alert('tally faulted')).toContainText('It ended with the studio host, unmended.');
  await expect(monitor.alert('1 dead letter: actor-failed')).toBeVisible();
  await expect(page.getByText('Cleared')).toBeHidden();
  await expect(page.getByText(/^Nothing was dropped/)).toBeHidden();
});

test('a server that ends in order is not said to have died', async ({ target, around, studio }) => {
  test.skip(target !== 'browser', 'the desktop ends its windows before its host');
  const server = around.server!;
  await studio.openSample('Vector add');
  await studio.run();
  await server.stop();
  await expect(studio.statusBar).toContainText('does not answer');
  await server.restart();
  await expect(studio.statusBar).toContainText('Actors stopped');
  await expect(studio.toast(died)).toBeHidden();
});

test('while the host is away nothing old is shown as if it were so, and what cannot be sent says so', async ({
  host,
  studio,
  page,
}) => {
  const { injector, canvas } = studio;
  await runTally(host, studio);
  await injector.aim('tally', 'Vote');
  await injector.send();
  await expect(injector.sent('Vote')).toHaveAccessibleName(/, sent$/);
  await expect(canvas.actor('tally')).toHaveAccessibleName(/^tally, running, /);
  await host.kill();

  await studio.expectRunState('Unknown');
  await expect(canvas.actor('tally')).toHaveAccessibleName('tally, unknown');
  await expect(canvas.actor('tally')).toContainText('no data');
  await expect(page.getByText('Problems unknown')).toBeVisible();
  await expect(page.getByText('No problems', { exact: true })).toBeHidden();
  const stop = page.getByRole('toolbar', { name: 'Run' }).getByRole('button', { name: 'Stop' });
  await expect(stop).toBeDisabled();
  await stop.hover();
  await expect(page.getByRole('tooltip')).toContainText('Stop: The studio host does not answer.');
  await expect(injector.sendButton.first()).toBeDisabled();
  await expect(injector.requestButton).toBeDisabled();
  await injector.field('weight').press('Control+Enter');
  await expect(injector.sent('Vote').first()).toHaveAccessibleName(/, not sent$/);
  await expect(page.getByText('The message to tally was not sent. The studio host does not answer.')).toBeVisible();

  await host.restart();
  await studio.expectRunState('Stopped');
  await expect(canvas.actor('tally')).toHaveAccessibleName('tally, stopped');
  await expect(injector.sent('Vote').first()).toHaveAccessibleName(/, not sent$/);
});

test('who opens a window afterwards is told as well, until somebody has read it', async ({ host, studio, page }) => {
  const { monitor } = studio;
  await studio.openSample('Vector add');
  await studio.run();
  await host.kill();
  await page.reload().catch(() => undefined); // nobody is there
  await host.restart();
  await page.reload();
  await expect(studio.toast('The studio host died while the actors ran')).toBeVisible();
  await studio.showLayout('Monitor');
  const alert = monitor.alert('The studio host died while the actors ran');
  await alert.getByRole('button', { name: 'Dismiss' }).click();
  await expect(alert).toBeHidden();
  await expect(studio.toast('The studio host died while the actors ran')).toBeHidden();
  await page.reload();
  await expect(studio.statusBar).toContainText('Actors stopped');
  await expect(studio.statusBar).not.toContainText('host died');
});
