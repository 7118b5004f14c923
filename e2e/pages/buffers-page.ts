import type { Locator, Page } from '@playwright/test';

/** The panel that shows what launches left in their buffers. */
export class BuffersPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get launch(): Locator {
    return this.#page.getByRole('combobox', { name: 'Launch', exact: true });
  }

  get buffer(): Locator {
    return this.#page.getByRole('combobox', { name: 'Buffer', exact: true });
  }

  async show(view: 'Values' | 'Histogram' | 'Heat map' | 'Variables'): Promise<void> {
    await this.#page.getByRole('group', { name: 'View' }).getByRole('button', { name: view }).click();
  }

  grid(buffer: string): Locator {
    return this.#page.getByRole('grid', { name: `Values of ${buffer}` });
  }

  /** Numbers of a row, by the index of its first element. */
  row(buffer: string, first: string): Locator {
    return this.grid(buffer)
      .getByRole('row')
      .filter({ has: this.#page.getByRole('rowheader', { name: first, exact: true }) });
  }

  async goTo(index: string): Promise<void> {
    await this.#page.getByRole('textbox', { name: 'Go to index' }).fill(index);
    await this.#page.keyboard.press('Enter');
  }

  /** `Mean` beside the histogram. */
  statistic(name: string): Locator {
    return this.#page.getByRole('term').filter({ hasText: name }).locator('xpath=following-sibling::dd');
  }

  histogram(buffer: string): Locator {
    return this.#page.getByRole('group', { name: new RegExp(`^${buffer} elements of each of`) });
  }

  image(buffer: string): Locator {
    return this.#page.getByRole('group', { name: new RegExp(`^${buffer} as an image`) });
  }

  get columns(): Locator {
    return this.#page.getByRole('textbox', { name: 'Columns' });
  }
}
