import { resolve } from 'node:path';

import { expect, test } from '../fixtures/studio.fixture.ts';

const images = resolve(import.meta.dirname, '../../docs/images');

/** `npm run screenshots` writes each room in both themes to docs/images. */
for (const theme of ['dark', 'light'] as const) {
  test(`pictures of every room, ${theme}`, async ({ studio, page }) => {
    const shoot = (name: string): Promise<unknown> => page.screenshot({ path: `${images}/${name}-${theme}.png` });
    await page.emulateMedia({ colorScheme: theme });
    await expect(page.getByRole('region', { name: 'Samples' }).getByRole('button').first()).toBeVisible();
    await shoot('welcome');

    await studio.openSample('Pipeline');
    await studio.run();
    await studio.explorer.getByRole('button', { name: 'source', exact: false }).first().click();
    await page.getByRole('tab', { name: 'Injector' }).click();
    await page.getByRole('textbox', { name: /count/ }).fill('4000000000');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('tab', { name: 'Properties' }).click();
    await expect(studio.statusBar).toContainText(/[km] msgs/i);
    await page.waitForTimeout(30_000); // half a minute of curves to look at
    await shoot('design');

    await studio.showLayout('Code');
    await studio.explorer.getByRole('button', { name: 'sink.cu' }).click();
    await expect(page.locator('.monaco-editor')).toContainText('RING_KERNEL(sink');
    await page.waitForTimeout(2000);
    await shoot('code');

    await studio.showLayout('Monitor');
    await page.waitForTimeout(3000);
    await shoot('monitor');
  });
}
