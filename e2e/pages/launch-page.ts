import { expect, type Locator, type Page } from '@playwright/test';

/** The panel that launches plain functions. */
export class LaunchPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get function(): Locator {
    return this.#page.getByLabel('Function', { exact: true });
  }

  /** `Grid x`, `n`, `data: elements` */
  box(name: string | RegExp): Locator {
    return this.#page.getByRole('textbox', typeof name === 'string' ? { name, exact: true } : { name });
  }

  /** What stands in the buffer of a parameter, by its row's label: `1 data float *`. */
  contents(label: RegExp): Locator {
    return this.#page.getByRole('combobox', { name: label });
  }

  get launchButton(): Locator {
    return this.#page.getByRole('button', { name: 'Launch', exact: true });
  }

  get cancelButton(): Locator {
    return this.#page.getByRole('button', { name: 'Cancel', exact: true });
  }

  get result(): Locator {
    return this.#page.getByRole('status', { name: 'Result of the launch' });
  }

  /** The place that the result names. */
  place(text: string): Locator {
    return this.result.getByRole('button', { name: text });
  }

  async expectDone(): Promise<void> {
    await expect(this.result).toContainText(/Done in [\d.]+ m?s on the simulated device \(CPU\)/, { timeout: 60_000 });
  }
}
