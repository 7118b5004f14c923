import { expect, type Locator, type Page } from '@playwright/test';

/** The window as a person finds their way in it: by roles and names. */
export class StudioPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async openSample(title: string): Promise<void> {
    await this.page.getByRole('region', { name: 'Samples' }).getByRole('button', { name: title }).click();
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

  async expectRunState(word: 'Running' | 'Stopped' | 'Paused'): Promise<void> {
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
