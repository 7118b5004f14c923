import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '../fixtures/studio.fixture.ts';
import type { EditorPage } from '../pages/editor-page.ts';

const typed = 'typed, and not saved';

test('a reload in the middle of typing loses nothing', async ({ studio, page }) => {
  await studio.openSample('Vector add');
  await studio.canvas.moveBy('vector_add', { x: 0, y: 60 });
  await expect(page.getByRole('button', { name: /^Undo/ })).toBeEnabled();
  const editor = await studio.openFile('vector_add.cu');
  await editor.focus();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(`// ${typed}`);
  await page.reload();

  await editor.expectText(typed);
  await expect(studio.tab('vector_add.cu')).toHaveAttribute('aria-selected', 'true');
  await studio.tab('Topology').click();
  await page.getByRole('button', { name: /^Undo/ }).click();
  await expect(page.getByRole('button', { name: /^Redo/ })).toBeEnabled();
});

test('a host that is killed in the middle of typing loses nothing, and the window goes on by itself', async ({
  host,
  studio,
  page,
}) => {
  await studio.openSample('Vector add');
  await studio.showLayout('Code');
  const editor = await studio.openFile('vector_add.cu');
  await editor.focus();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('// before ');
  await host.kill();
  await page.keyboard.type(typed);
  await expect(studio.statusBar).toContainText('The studio host does not answer');
  await editor.expectText(`// before ${typed}`);
  await host.restart();
  await expect(studio.statusBar).not.toContainText('does not answer');
  await editor.expectText(`// before ${typed}`);
  await editor.save();
  await expect
    .poll(() => readFileSync(join(host.ownProjectDir, 'vector_add.cu'), 'utf8'))
    .toContain(`// before ${typed}`);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Code', exact: true })).toHaveAttribute('aria-current', 'page');
  await editor.expectText(typed);
  await studio.run();
});

test('two windows see each other; the later of two writers is asked', async ({ host, studio, page }) => {
  await studio.openSample('Vector add');
  const editor = await studio.openFile('vector_add.cu');
  const second = await studio.openSecondWindow('Vector add');
  const mirror = await second.openFile('vector_add.cu');
  await editor.focus();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('// from the first ');
  await mirror.expectText('// from the first');

  // Both are cut off while both write.
  await host.kill();
  await page.keyboard.type('and again ');
  await mirror.focus();
  await second.page.keyboard.press('Control+End');
  await second.page.keyboard.type('// from the second');
  await expect(second.statusBar).toContainText('does not answer');
  await host.restart();
  const isAsked = (window: EditorPage): Promise<boolean> =>
    window.banner.filter({ hasText: 'vector_add.cu was changed elsewhere' }).isVisible();
  await expect.poll(async () => (await isAsked(editor)) !== (await isAsked(mirror))).toBe(true);
  const later = (await isAsked(editor)) ? editor : mirror;
  await later.banner.getByRole('button', { name: 'Keep mine' }).click();
  await expect(later.banner).toBeHidden();
  await expect.poll(async () => (await editor.lines.innerText()) === (await mirror.lines.innerText())).toBe(true);
});

test('a change on the disk appears in a clean file, and is asked about in one with edits', async ({
  host,
  studio,
  page,
}) => {
  await studio.openSample('Vector add');
  const editor = await studio.openFile('vector_add.cu');
  const path = join(host.ownProjectDir, 'vector_add.cu');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, `// from another program\n${text}`);
  await editor.expectText('// from another program');

  await editor.focus();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('// mine ');
  await editor.expectText('// mine');
  await expect(studio.explorer.getByRole('img', { name: 'unsaved' })).toBeVisible();
  // Within 120 ms the host has it: until then it is the window that has edits, and not the file.
  await page.waitForTimeout(500);
  writeFileSync(path, `// from a third\n${text}`);
  await expect(editor.banner).toContainText('vector_add.cu was changed on disk');
  await editor.expectText('// mine');
  await editor.banner.getByRole('button', { name: 'Take theirs' }).click();
  await editor.expectText('// from a third');
  await expect(editor.lines).not.toContainText('// mine');
});
