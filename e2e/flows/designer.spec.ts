import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '../fixtures/studio.fixture.ts';

interface TopologyText {
  readonly actors: readonly { readonly id: string; readonly position?: { readonly x: number; readonly y: number } }[];
  readonly channels: readonly { readonly from: string; readonly to: string }[];
}

test('what is done to the graph is what the file says', async ({ host, studio, page }) => {
  const { canvas } = studio;
  await studio.openSample('Pipeline');
  await expect(canvas.actors).toHaveCount(4);
  /** What is on the disk when all is saved: also what has changed since the keys were pressed. */
  const saved = async (): Promise<TopologyText> => {
    await expect(async () => {
      await page.keyboard.press('Control+Shift+s');
      await expect(studio.explorer.getByRole('img', { name: 'unsaved' })).toBeHidden({ timeout: 5000 });
    }).toPass();
    return JSON.parse(readFileSync(join(host.ownProjectDir, 'topology.ring.json'), 'utf8')) as TopologyText;
  };
  const place = async (id: string): Promise<{ x: number; y: number } | undefined> =>
    (await saved()).actors.find((actor) => actor.id === id)?.position;
  const ids = async (): Promise<readonly string[]> => (await saved()).actors.map(({ id }) => id);

  await canvas.moveBy('sink', { x: 0, y: 80 });
  const first = (await place('sink'))!; // moved, so placed
  await page.getByRole('button', { name: /^Undo/ }).click();
  expect(await place('sink')).toBeUndefined(); // it had none: the layout found one
  await page.getByRole('button', { name: /^Redo/ }).click();
  expect(await place('sink')).toEqual(first);

  await canvas.select('sink');
  await page.keyboard.press('F2');
  await page.getByRole('textbox', { name: 'Name of sink' }).fill('drain');
  await page.keyboard.press('Enter');
  await expect(canvas.actor('drain')).toBeVisible();
  const renamed = await saved();
  expect(renamed.actors.map(({ id }) => id)).toEqual(['source', 'map', 'filter', 'drain']);
  expect(renamed.channels.filter(({ to }) => to === 'drain')).toHaveLength(2);

  await canvas.select('filter');
  await page.keyboard.press('Control+c');
  await page.keyboard.press('Control+v');
  await expect(canvas.actors).toHaveCount(5);
  const [pasted = ''] = (await ids()).filter((id) => !['source', 'map', 'filter', 'drain'].includes(id));
  expect(pasted).toMatch(/^filter/);
  await page.keyboard.press('Delete');
  await expect(canvas.actors).toHaveCount(4);
  expect(await ids()).toEqual(['source', 'map', 'filter', 'drain']);
  await page.keyboard.press('Control+z');
  await expect(canvas.actor(pasted)).toBeVisible();
  await page.keyboard.press('Control+Shift+z');
  await expect(canvas.actors).toHaveCount(4);

  await page.getByRole('button', { name: 'Lay out all actors' }).click();
  // It is laid out in a worker: what is saved before is the graph as it was.
  await expect.poll(() => place('drain')).not.toEqual(first);
  const columns = (await saved()).actors.map(({ position }) => position?.x);
  expect(columns.every((x) => x !== undefined)).toBe(true);

  await studio.run();
  await canvas.select('filter');
  await page.keyboard.press('Control+d');
  await expect(canvas.actors).toHaveCount(5);
  await page.getByRole('button', { name: 'Restart to apply' }).click();
  await expect(page.getByRole('button', { name: 'Restart to apply' })).toBeHidden();
  await expect(studio.statusBar).toContainText('5 running');

  await canvas.select('filter'); // the focus is in what is deleted, and Ctrl Z still means the canvas
  await page.keyboard.press('Delete');
  await expect(canvas.actors).toHaveCount(4);
  await expect(page.getByRole('application', { name: 'Canvas' })).toBeFocused();
  await page.keyboard.press('Control+z');
  await expect(canvas.actor('filter')).toBeVisible();
});
