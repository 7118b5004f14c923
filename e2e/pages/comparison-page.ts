import type { Locator, Page } from '@playwright/test';

/** Two devices, compared. */
export class ComparisonPage {
  readonly room: Locator;

  constructor(page: Page) {
    this.room = page.getByRole('tabpanel', { name: 'Comparison' });
  }

  get result(): Locator {
    return this.room.getByRole('region', { name: 'Result of the comparison' });
  }

  get differences(): Locator {
    return this.room.getByRole('listbox', { name: 'Differences' });
  }

  get detail(): Locator {
    return this.room.getByRole('complementary', { name: 'Difference' });
  }

  get failures(): Locator {
    return this.room.getByRole('list', { name: 'What failed' });
  }

  async choose(file: string): Promise<void> {
    await this.room.getByRole('combobox', { name: 'Messages' }).selectOption({ label: file });
  }

  async start(): Promise<void> {
    await this.room.getByRole('button', { name: 'Compare CPU and GPU' }).click();
  }

  async save(): Promise<void> {
    await this.room.getByRole('button', { name: 'Save the differences as JSON lines' }).click();
  }
}
