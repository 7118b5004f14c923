import type { Locator, Page } from '@playwright/test';

import { expect, test } from '../fixtures/studio.fixture.ts';

/** The focus is on something that shows it: an outline, a ring, or a caret in a text. */
async function expectVisibleFocus(page: Page, where: string): Promise<void> {
  const shown = await page.evaluate(() => {
    const focused = document.activeElement;
    if (focused === null || focused === document.body) return 'nothing has the focus';
    if (focused.matches('input, textarea, [role="textbox"]')) return 'shown'; // the caret
    const holders = [focused, ...focused.querySelectorAll(':scope > *'), focused.parentElement ?? focused];
    const isMarked = holders.some((element) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      return (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
    });
    return isMarked ? 'shown' : `not shown on ${focused.outerHTML.slice(0, 200)}`;
  });
  expect(shown, where).toBe('shown');
}

/** Presses a key until the target has the focus; the focus is seen at each step on the way. */
async function walkTo(page: Page, target: Locator, key = 'Tab'): Promise<void> {
  let rounds = 0;
  for (let step = 0; step < 80; step++) {
    await page.keyboard.press(key);
    // Behind the last control comes the browser's own window, once a round.
    if (await page.evaluate(() => document.activeElement === document.body)) {
      expect(++rounds, `after ${step + 1} × ${key}`).toBeLessThan(2);
      continue;
    }
    await expectVisibleFocus(page, `after ${step + 1} × ${key}`);
    if (await target.evaluateAll((elements) => elements.some((element) => element === document.activeElement))) return;
  }
  throw new Error(`80 × ${key} did not lead to ${target.toString()}`);
}

/** Ctrl K, the words, Enter. */
async function goBy(page: Page, words: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'Go to actor, file, command' })).toBeFocused();
  await page.keyboard.type(words);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
}

test('from the welcome room to a reply, and to new code, without a mouse', async ({ studio, page }) => {
  const { injector } = studio;
  const sample = page.getByRole('region', { name: 'Samples' }).getByRole('button', { name: /^Vector add/ });
  await expect(sample).toBeVisible();
  await walkTo(page, sample);
  await page.keyboard.press('Enter');
  await expect(studio.explorer).toBeVisible();
  await page.keyboard.press('F5');
  await studio.expectRunState('Running');

  await goBy(page, 'show injector');
  await walkTo(page, injector.field('a'));
  await page.keyboard.press('Control+a');
  await page.keyboard.type('40');
  await page.keyboard.press('Tab');
  await expect(injector.field('b')).toBeFocused();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('2');
  await page.keyboard.press('Control+Shift+Enter');
  await expect(injector.reply('VectorAddResponse')).toContainText('42');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('list', { name: 'Sent messages' }).getByRole('listitem')).toHaveCount(2);

  await page.keyboard.press('Control+2');
  await expect(page.getByRole('button', { name: 'Code', exact: true })).toHaveAttribute('aria-current', 'page');
  await goBy(page, 'vector_add.cu');
  const editor = studio.editor('vector_add.cu');
  await expect(editor.text).toBeFocused();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('// typed');
  await editor.expectText('// typed');
  await page.keyboard.press('Control+s');
  await expect(studio.statusBar).toContainText('vector_add.cu r2 loaded');

  // Tab writes a tab in code. Two ways lead out, and the palette and Monaco's own help name them.
  await page.keyboard.press('Control+F6');
  await expect(editor.text).not.toBeFocused();
  await expectVisibleFocus(page, 'after Ctrl F6');
  await goBy(page, 'vector_add.cu');
  await expect(editor.text).toBeFocused();
  await page.keyboard.press('Control+m');
  await expect(page.getByText('Pressing Tab will now move focus')).toBeAttached();
  await page.keyboard.press('Tab');
  await expect(editor.text).not.toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Control+m');

  await page.keyboard.press('Control+3');
  await expect(studio.monitor.table).toBeVisible();
  await goBy(page, 'show actors');
  await walkTo(page, studio.monitor.table);
  await page.keyboard.press('ArrowDown');
  await expect(studio.monitor.row('vector_add')).toHaveAttribute('aria-selected', 'true');

  await page.keyboard.press('Control+1');
  await goBy(page, 'actor vector_add');
  await expect(studio.canvas.actor('vector_add')).toBeFocused();
  await expectVisibleFocus(page, 'on the canvas');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tabpanel', { name: 'Properties' })).toBeVisible();
  await page.keyboard.press('Shift+F5');
  await studio.expectRunState('Stopped');

  const start = page.getByRole('toolbar', { name: 'Run' }).getByRole('button', { name: 'Run' });
  await walkTo(page, start); // all the way round: nothing on the way holds the focus
});
