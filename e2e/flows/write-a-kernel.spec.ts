import { expect, test } from '../fixtures/studio.fixture.ts';

test('a kernel is written, wired, run, and answers for what it was sent', async ({ studio, page }) => {
  const { canvas, injector, monitor } = studio;
  await page.getByRole('region', { name: 'Start' }).getByRole('button', { name: 'New project' }).click();
  const dialog = studio.dialog('New project');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('halves');
  await dialog.getByRole('combobox', { name: 'Begin with' }).selectOption({ label: 'Empty' });
  await dialog.getByRole('button', { name: 'Create project' }).click();
  await expect(page.getByRole('button', { name: 'Project halves' })).toBeVisible();

  const ticker = await studio.newFile('ticker.cu', 'Kernel that sends');
  await ticker.expectText('* 0.5f');
  await ticker.find('* 0.5f');
  await page.keyboard.insertText('* 2.0f');
  await ticker.expectText('* 2.0f');
  await ticker.save();
  const counter = await studio.newFile('counter.cu', 'Kernel with a state');
  await counter.expectText('RING_KERNEL(counter, CountState)');

  await page.getByRole('tab', { name: 'Topology' }).click();
  await page.getByRole('tab', { name: 'Palette' }).click();
  await expect(page.getByRole('button', { name: 'Add counter' })).toBeVisible(); // the list moves no more
  await canvas.dropHere(page.getByRole('button', { name: 'Add ticker' }), { x: 180, y: 120 });
  await expect(canvas.actor('ticker')).toBeVisible();
  await page.getByRole('button', { name: 'Add counter' }).press('Enter');
  await expect(canvas.actor('counter')).toBeVisible();
  await page.getByRole('button', { name: 'Fit all actors' }).click();

  await canvas.beginDrag(canvas.output('counter', 'counts'), canvas.input('ticker', 'Tick'));
  const reason = page.getByRole('status').filter({ hasText: /Tick/ });
  await expect(reason).toContainText('Count');
  await canvas.drop();
  await expect(studio.toast('counter.counts cannot lead to ticker')).toBeVisible();
  await expect(canvas.channels).toHaveCount(0);

  await canvas.beginDrag(canvas.output('ticker', 'samples'), canvas.input('counter', 'Sample'));
  await canvas.drop();
  await expect(canvas.channel('ticker.samples', 'counter')).toBeAttached();

  await studio.run();
  await injector.open();
  await injector.aim('ticker');
  await injector.field('count').fill('12');
  await injector.send();
  await page.getByRole('tab', { name: 'Messages' }).click();
  await expect(studio.outputs).toHaveCount(12);
  await expect(studio.outputs.last()).toContainText('count 12');
  await expect(studio.outputs.last()).toContainText('132'); // 2 · (0 + 1 + … + 11)

  await studio.showLayout('Monitor');
  await expect(page.getByText('13 processed')).toBeVisible();
  await expect(monitor.cell('ticker', 'Sent')).toHaveText('12');
  await expect(monitor.cell('counter', 'Sent')).toHaveText('12');
  await expect(monitor.cell('counter', 'Rate, messages/s')).toContainText('0');
});
