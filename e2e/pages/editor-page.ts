import { expect, type Locator, type Page } from '@playwright/test';

/** One file in the code editor. */
export class EditorPage {
  readonly #page: Page;
  readonly path: string;

  constructor(page: Page, path: string) {
    this.#page = page;
    this.path = path;
  }

  get panel(): Locator {
    return this.#page.getByRole('region', { name: `Editor of ${this.path}` });
  }

  get text(): Locator {
    return this.panel.getByRole('textbox', { name: `${this.path}, code editor` });
  }

  get lines(): Locator {
    return this.panel.getByRole('code');
  }

  get banner(): Locator {
    return this.panel.getByRole('status').first();
  }

  /** The link above a `__global__` function. */
  lens(title: string): Locator {
    return this.panel.getByRole('button', { name: title, exact: true });
  }

  async focus(): Promise<void> {
    await this.text.focus();
  }

  /** As if it were pasted over everything. */
  async replaceAll(text: string): Promise<void> {
    await this.focus();
    await this.#page.keyboard.press('Control+a');
    await this.#page.keyboard.insertText(text);
  }

  /** Selects the first place that holds the text. */
  async find(text: string): Promise<void> {
    await this.focus();
    await this.#page.keyboard.press('Control+Home');
    await this.#page.keyboard.press('Control+f');
    await this.#page.getByRole('textbox', { name: 'Find' }).fill(text);
    await this.#page.keyboard.press('Enter');
    await this.#page.keyboard.press('Escape');
  }

  async save(): Promise<void> {
    await this.focus();
    await this.#page.keyboard.press('Control+s');
  }

  async expectText(text: string | RegExp): Promise<void> {
    await expect(this.lines).toContainText(text);
  }
}
