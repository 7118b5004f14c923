import { expect, test } from '../fixtures/studio.fixture.ts';

const share = `#include <ring_kernel.cuh>

struct Share {
  int32_t parts = 1;
};
struct Query {};
struct Total {
  int64_t sum;
  int64_t count;
};
struct Books {
  int64_t sum;
  int64_t count;
};

RING_KERNEL(share, Books);

RING_ON(share, Share) {
  state.count += 1;
  state.sum += 100 / msg.parts;
}
RING_ON(share, Query) { ctx.reply(Total{state.sum, state.count}); }
`;

const topology = JSON.stringify({
  version: 1,
  name: 'Shares',
  device: 'cpu',
  actors: [{ id: 'share', kernel: 'share', source: 'share.cu' }],
  supervisors: [{ id: 'keeper', strategy: 'one-for-one', children: ['share'], backoff: { minMs: 50, maxMs: 50 } }],
});

test('a supervised actor fails, starts again, and its dead letter is mended and sent again', async ({
  host,
  studio,
  page,
}) => {
  const { canvas, injector, deadLetters } = studio;
  await studio.openFolder(host.writeProject('shares', { 'topology.ring.json': topology, 'share.cu': share }));
  await studio.runAfterConsent();
  await injector.open();
  await injector.aim('share', 'Share');
  await injector.field('parts').fill('0');
  await injector.send();
  await expect(studio.statusBar).toContainText('1 dead letter');
  await expect(canvas.actor('share')).toHaveAccessibleName(/^share, running/);

  await studio.statusBar.getByRole('button', { name: '1 dead letter' }).click();
  await expect(deadLetters.reason('actor-failed 1')).toBeVisible();
  await deadLetters.rows.first().click();
  await expect(deadLetters.detail(1)).toContainText('an integer was divided by zero');
  await expect(deadLetters.detail(1).getByRole('button', { name: 'share.cu line 20' })).toBeVisible();

  // A number that is none stays in the field and is not sent.
  await deadLetters.action(1, 'Edit and send').click();
  await deadLetters.field(1, 'parts').fill('none');
  await expect(deadLetters.action(1, 'Send edited message')).toBeDisabled();
  await deadLetters.field(1, 'parts').fill('4');
  await page.keyboard.press('Control+Enter');
  await expect(studio.toast('1 dead letter sent again to share#0')).toBeVisible();
  await expect(deadLetters.reasons).toContainText('1 sent again');
  await expect(deadLetters.rows.first()).toContainText('sent again');
  await injector.aim('share', 'Query');
  await injector.request();
  await expect(injector.reply('Total')).toContainText('25');

  await deadLetters.filter.fill('nothing like it');
  await expect(page.getByText('No dead letter matches.')).toBeVisible();
  await deadLetters.filter.fill('divide');
  await deadLetters.rows.first().click();
  await page.keyboard.press('Delete');
  await expect(deadLetters.reasons).toContainText('1 removed');
});

test('a state is seen and changed while its actor runs', async ({ host, studio, page }) => {
  const { canvas, injector } = studio;
  await studio.openFolder(host.writeProject('shares', { 'topology.ring.json': topology, 'share.cu': share }));
  await studio.runAfterConsent();
  await injector.open();
  await injector.aim('share', 'Share');
  await injector.field('parts').fill('4');
  await injector.send();
  await canvas.select('share');
  await studio.tab('Properties').click();
  const sum = page.getByRole('textbox', { name: 'sum of share#0' });
  await expect(sum).toHaveValue('25');
  await sum.fill('much');
  await expect(page.getByText(/^Use -9,223/)).toBeVisible();
  await sum.fill('1000');
  await sum.press('Enter');
  await expect(page.getByText('Enter writes it, Esc takes it back.')).toBeHidden();
  await injector.open();
  await injector.send();
  await studio.tab('Properties').click();
  await expect(sum).toHaveValue('1025');
});

test('a checkpoint is saved, and after a stop the project goes on from it', async ({ host, studio, page }) => {
  const { injector } = studio;
  await studio.openFolder(host.writeProject('shares', { 'topology.ring.json': topology, 'share.cu': share }));
  await studio.runAfterConsent();
  await injector.open();
  await injector.aim('share', 'Share');
  await injector.field('parts').fill('4');
  await injector.send();
  await injector.aim('share', 'Query');
  await injector.request();
  await expect(injector.reply('Total')).toContainText('25');
  await studio.command('Show Checkpoints');
  await page.getByRole('textbox', { name: 'Name of the checkpoint' }).fill('one share');
  await page.getByRole('button', { name: 'Save checkpoint' }).click();
  const restore = page.getByRole('list', { name: 'Checkpoints' }).getByRole('button', { name: 'Restore one share' });
  await expect(restore).toBeVisible();
  await studio.stop();
  await restore.click();
  await studio.dialog('Go on from one share?').getByRole('button', { name: 'Start from the checkpoint' }).click();
  await studio.expectRunState('Running');
  await injector.request();
  await expect(injector.reply('Total')).toContainText('25');
  await studio.showLayout('Monitor');
  await studio.tab('Supervision').click();
  await expect(page.getByRole('tree', { name: 'Supervision' }).getByRole('treeitem', { name: /share/ })).toBeVisible();
});
