import { expect, type Locator, type Page } from '@playwright/test';

import type { Surroundings } from '../fixtures/surroundings.ts';
import { BuffersPage } from './buffers-page.ts';
import { CanvasPage } from './canvas-page.ts';
import { ComparisonPage } from './comparison-page.ts';
import { DeadLettersPage } from './dead-letters-page.ts';
import { EditorPage } from './editor-page.ts';
import { GpusPage } from './gpus-page.ts';
import { InjectorPage } from './injector-page.ts';
import { LaunchPage } from './launch-page.ts';
import { MonitorPage } from './monitor-page.ts';

/** The window as a person finds their way in it: by roles and names. */
export class StudioPage {
  readonly page: Page;
  readonly #around: Surroundings;
  readonly canvas: CanvasPage;
  readonly injector: InjectorPage;
  readonly monitor: MonitorPage;
  readonly gpus: GpusPage;
  readonly deadLetters: DeadLettersPage;
  readonly launch: LaunchPage;
  readonly buffers: BuffersPage;
  readonly comparison: ComparisonPage;

  constructor(page: Page, around: Surroundings) {
    this.page = page;
    this.#around = around;
    this.canvas = new CanvasPage(page);
    this.injector = new InjectorPage(page);
    this.monitor = new MonitorPage(page);
    this.gpus = new GpusPage(page);
    this.deadLetters = new DeadLettersPage(page);
    this.launch = new LaunchPage(page);
    this.buffers = new BuffersPage(page);
    this.comparison = new ComparisonPage(page);
  }

  async openSample(title: string): Promise<void> {
    await this.page
      .getByRole('region', { name: 'Samples' })
      .getByRole('button', { name: new RegExp(`^${title}`) })
      .click();
    await expect(this.page.getByRole('navigation', { name: 'Explorer' })).toBeVisible();
  }

  async run(): Promise<void> {
    await this.page.keyboard.press('F5');
    await this.expectRunState('Running');
  }

  async stop(): Promise<void> {
    await this.page.keyboard.press('Shift+F5');
    await this.expectRunState('Stopped');
  }

  async pause(): Promise<void> {
    await this.page.keyboard.press('F6');
    await this.expectRunState('Paused');
  }

  async expectRunState(word: 'Running' | 'Stopped' | 'Paused' | 'Unknown'): Promise<void> {
    await expect(this.page.getByRole('status', { name: `Run state: ${word}` })).toBeVisible();
  }

  async showLayout(name: 'Design' | 'Code' | 'Monitor'): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Layout' }).getByRole('button', { name }).click();
  }

  /** Runs a command of the palette by its title. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press('Control+k');
    const palette = this.page.getByRole('dialog', { name: 'Go to actor, file, command' });
    await palette.getByRole('combobox').fill(title);
    await this.page.keyboard.press('Enter');
    await expect(palette).toBeHidden();
  }

  /** A project that lies on the disk, by its path. */
  async openFolder(dir: string): Promise<void> {
    await expect(this.statusBar).toContainText('CPU (simulated)'); // earlier, nobody hears the keys
    if (this.hasPageDialogs) {
      await this.page.keyboard.press('Control+o');
      const dialog = this.dialog('Open folder');
      await expect(dialog.getByRole('list', { name: 'Folders' }).getByRole('listitem').first()).toBeVisible();
      await dialog.getByRole('textbox', { name: 'Folder' }).fill(dir);
      await dialog.getByRole('button', { name: 'Open this folder' }).click();
    } else {
      await this.#around.answerFolder(dir);
      await this.page.keyboard.press('Control+o');
    }
    await expect(this.explorer).toBeVisible();
  }

  /** Folders are chosen in the page itself; else in a dialog of the system. */
  get hasPageDialogs(): boolean {
    return this.#around.hasPageDialogs;
  }

  /** Another window on the project that this one shows. */
  async openSecondWindow(project: string): Promise<StudioPage> {
    const second = new StudioPage(await this.#around.openWindow(this.page), this.#around);
    const start = second.page.getByRole('region', { name: 'Start', exact: true });
    await expect(start.or(second.explorer)).toBeVisible();
    if (await start.isVisible()) await start.getByRole('button', { name: new RegExp(`^${project}`) }).click();
    await expect(second.explorer).toBeVisible();
    return second;
  }

  /** Leaves the project, and begins anew. */
  async goToWelcome(): Promise<void> {
    await this.#around.goToWelcome(this.page);
  }

  /** The text of the file that the page offers by what is done. */
  async download(act: () => Promise<void>): Promise<string> {
    return this.#around.download(this.page, act);
  }

  /** What came from outside runs once the person has agreed. */
  async runAfterConsent(): Promise<void> {
    await this.page.keyboard.press('F5');
    await this.dialog('Run the kernels of this project?').getByRole('button', { name: 'Run these kernels' }).click();
    await this.expectRunState('Running');
  }

  async openFile(path: string): Promise<EditorPage> {
    await this.explorer.getByRole('button', { name: path }).click();
    const editor = this.editor(path);
    await expect(editor.lines).toBeVisible();
    return editor;
  }

  editor(path: string): EditorPage {
    return new EditorPage(this.page, path);
  }

  async newFile(path: string, template: string): Promise<EditorPage> {
    await this.explorer.getByRole('button', { name: 'New file' }).click();
    const dialog = this.dialog('New file');
    await dialog.getByRole('textbox', { name: 'Path' }).fill(path);
    await dialog.getByRole('combobox', { name: 'Begin with' }).selectOption({ label: template });
    await dialog.getByRole('button', { name: 'Create file' }).click();
    await expect(dialog).toBeHidden();
    const editor = this.editor(path);
    await expect(editor.lines).toBeVisible();
    return editor;
  }

  dialog(title: string): Locator {
    return this.page.getByRole('dialog', { name: title });
  }

  /** A message that passes, by its title. */
  toast(title: string | RegExp): Locator {
    return this.page.getByRole('region', { name: 'Notifications' }).getByText(title);
  }

  /** The button of a message that passes. */
  toastAction(label: string): Locator {
    return this.page.getByRole('region', { name: 'Notifications' }).getByRole('button', { name: label });
  }

  problem(text: string | RegExp): Locator {
    return this.problems.getByRole('row').filter({ hasText: text });
  }

  get outputs(): Locator {
    return this.page.getByRole('listbox', { name: 'Outputs' }).getByRole('option');
  }

  get statusBar(): Locator {
    return this.page.getByRole('contentinfo', { name: 'Status' });
  }

  get problems(): Locator {
    return this.page.getByRole('table', { name: 'Problems' });
  }

  get explorer(): Locator {
    return this.page.getByRole('navigation', { name: 'Explorer' });
  }

  tab(title: string): Locator {
    return this.page.getByRole('tab', { name: title });
  }
}
