import type { Locator, Page } from '@playwright/test';

const heads = [
  'Use, %',
  'Memory, GiB',
  'Power, W',
  '°C',
  'SM, MHz',
  'Memory, MHz',
  'ECC, uncorrected',
  'Held back by',
] as const;

/** The panel of the GPUs, in the monitor. */
export class GpusPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async open(): Promise<void> {
    await this.#page.getByRole('tab', { name: 'GPUs' }).click();
  }

  get table(): Locator {
    return this.#page.getByRole('table', { name: 'GPUs' });
  }

  row(gpu: string): Locator {
    return this.table.getByRole('row').filter({ has: this.#page.getByRole('rowheader', { name: gpu }) });
  }

  cell(gpu: string, head: (typeof heads)[number]): Locator {
    return this.row(gpu).getByRole('cell').nth(heads.indexOf(head));
  }

  /** Shows the rest of the panel for this one. */
  async choose(gpu: string): Promise<void> {
    await this.row(gpu).getByRole('button').click();
  }

  figures(gpu: string): Locator {
    return this.#page.getByRole('region', { name: `Figures of ${gpu}` });
  }

  get processes(): Locator {
    return this.#page.getByRole('table', { name: 'Processes' });
  }

  chart(title: string): Locator {
    return this.#page.getByRole('group', { name: new RegExp(`^${title} `) });
  }

  /** Why the figures are old. */
  get stale(): Locator {
    return this.#page.getByRole('status').filter({ hasText: 'These figures are of' });
  }
}
