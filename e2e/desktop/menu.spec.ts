import { expect, test } from '../fixtures/studio.fixture.ts';
import type { DesktopApp } from '../fixtures/desktop-app.ts';

interface Item {
  readonly id?: string;
  readonly label: string;
  readonly enabled: boolean;
  readonly submenu?: { readonly items: readonly Item[] };
}

/** Labels of all items that can be chosen, submenus included. */
function labels(app: DesktopApp, isEnabled?: boolean): Promise<readonly string[]> {
  return app.electron.evaluate(({ Menu }, only) => {
    const all = (items: readonly Item[]): Item[] => items.flatMap((item) => [item, ...all(item.submenu?.items ?? [])]);
    return all(Menu.getApplicationMenu()?.items ?? [])
      .filter(({ id, enabled }) => id?.startsWith('command:') === true && (only === undefined || enabled === only))
      .map(({ label }) => label.replaceAll('&&', '&'));
  }, isEnabled);
}

test('the menu has every command of the palette, and choosing one runs it', async ({ desktop, studio, page }) => {
  const { app } = desktop;
  await studio.openSample('Vector add');
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Go to actor, file, command' });
  const options = palette.getByRole('group', { name: 'Commands' }).getByRole('option');
  await expect(options.first()).toBeVisible();
  const inPalette = await options.evaluateAll((items) =>
    items.map((item) => item.querySelectorAll('span')[1]?.textContent ?? ''),
  );
  await page.keyboard.press('Escape');
  const inMenu = await labels(app);
  expect(inPalette.length).toBeGreaterThan(20);
  for (const title of inPalette) expect(inMenu, title).toContain(title);

  await expect.poll(() => labels(app, false)).toContain('Stop all actors');
  await app.chooseInMenu('Run', 'Run, or continue');
  await studio.expectRunState('Running');
  await expect.poll(() => labels(app, true)).toContain('Stop all actors');
  await app.chooseInMenu('Run', 'Stop all actors');
  await studio.expectRunState('Stopped');
});

test('each window has a menu of its own, and the projects opened last are in all of them', async ({
  desktop,
  studio,
}) => {
  const { app } = desktop;
  await studio.openSample('Vector add');
  await expect.poll(() => labels(app, true)).toContain('Close project');
  const second = await app.openWindow();
  await expect(second.getByRole('region', { name: 'Start' })).toBeVisible();
  await expect.poll(() => labels(app, false)).toContain('Close project');
  await app.chooseInMenu('File', 'Open recent', `Vector add  (${app.ownProjectDir})`);
  await expect.poll(() => labels(app, true)).toContain('Close project'); // the first one came to the front
  await expect(second.getByRole('region', { name: 'Start' })).toBeVisible();
});
