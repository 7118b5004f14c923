import type { Locator, Page } from '@playwright/test';

const heads = [
  'State',
  'Actor',
  'Kernel',
  'Rate, messages/s',
  'Queue depth',
  'Urgent',
  'p50, µs',
  'p95, µs',
  'p99, µs',
  'Dropped',
  'Sent',
  'Last change',
] as const;

/** The table of actors, its totals and the alerts. */
export class MonitorPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get table(): Locator {
    return this.#page.getByRole('grid', { name: 'Actors' });
  }

  row(actor: string): Locator {
    return this.table.getByRole('row').filter({ has: this.#page.getByText(actor, { exact: true }) });
  }

  /** By the head of its column. */
  cell(actor: string, head: (typeof heads)[number]): Locator {
    return this.row(actor).getByRole('gridcell').nth(heads.indexOf(head));
  }

  get filter(): Locator {
    return this.#page.getByRole('searchbox', { name: 'Filter actors' });
  }

  /** Above the table: of all actors together. */
  get totals(): Locator {
    return this.#page.getByText(/ processed, .* dropped/);
  }

  get alerts(): Locator {
    return this.#page.getByRole('list', { name: 'Alerts', exact: true });
  }

  alert(title: string): Locator {
    return this.alerts.getByRole('listitem').filter({ hasText: title });
  }
}
