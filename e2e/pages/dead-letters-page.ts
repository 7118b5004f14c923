import type { Locator, Page } from '@playwright/test';

/** The room of messages that could not be delivered or processed. */
export class DeadLettersPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get rows(): Locator {
    return this.#page.getByRole('listbox', { name: 'Dead letters' }).getByRole('option');
  }

  reason(name: string): Locator {
    return this.#page.getByRole('group', { name: 'Reasons' }).getByRole('button', { name });
  }

  get reasons(): Locator {
    return this.#page.getByRole('group', { name: 'Reasons' });
  }

  detail(number: number): Locator {
    return this.#page.getByRole('complementary', { name: `Dead letter ${number}` });
  }

  /** A field of the form in which its message is edited. */
  field(number: number, name: string): Locator {
    return this.detail(number).getByRole('textbox', { name: new RegExp(`^${name}\\b`) });
  }

  action(number: number, name: string): Locator {
    return this.detail(number).getByRole('button', { name, exact: true });
  }

  get filter(): Locator {
    return this.#page.getByRole('searchbox', { name: 'Filter dead letters' });
  }
}
