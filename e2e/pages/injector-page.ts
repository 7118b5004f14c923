import type { Locator, Page } from '@playwright/test';

/** The panel that sends messages by hand. */
export class InjectorPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async open(): Promise<void> {
    await this.#page.getByRole('tab', { name: 'Injector' }).click();
  }

  /** Chooses the actor, and the message where it takes several. */
  async aim(actor: string, message?: string): Promise<void> {
    await this.#page.getByLabel('To', { exact: true }).selectOption(actor);
    if (message !== undefined) await this.#page.getByLabel('Message', { exact: true }).selectOption({ label: message });
  }

  field(name: string): Locator {
    return this.#page
      .getByRole('region', { name: /^Fields of / })
      .getByRole('textbox', { name: new RegExp(`^${name}\\b`) });
  }

  get requestButton(): Locator {
    return this.#page.getByRole('button', { name: 'Request', exact: true });
  }

  get sendButton(): Locator {
    return this.#page.getByRole('button', { name: /^Send/ });
  }

  get repeat(): Locator {
    return this.#page.getByRole('textbox', { name: 'Repeat' });
  }

  async setTimeout(ms: number): Promise<void> {
    await this.#page.getByRole('textbox', { name: 'Timeout' }).fill(String(ms));
  }

  /** Messages of this type that were sent, latest first; their names end with what became of them. */
  sent(type: string): Locator {
    return this.#page
      .getByRole('list', { name: 'Sent messages' })
      .getByRole('button', { name: new RegExp(`^${type}\\b.* to `) });
  }

  burst(type: string): Locator {
    return this.#page.getByRole('list', { name: 'Bursts' }).getByRole('listitem').filter({ hasText: type });
  }

  async request(): Promise<void> {
    await this.requestButton.click();
  }

  async send(): Promise<void> {
    await this.sendButton.first().click();
  }

  /** The fields of the reply that is shown. */
  reply(type: string): Locator {
    return this.#page.getByRole('list', { name: `Reply ${type}` });
  }

  /** Beside the head of the reply: `2,751 µs`. */
  get latency(): Locator {
    return this.#page.getByRole('region', { name: 'Reply' }).getByText(/^[\d.,]+ µs$/);
  }
}
