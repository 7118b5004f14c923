import { expect, type Locator, type Page } from '@playwright/test';

/** The topology as a graph. */
export class CanvasPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get canvas(): Locator {
    return this.#page.getByRole('application', { name: 'Canvas' });
  }

  /** By its spoken name: `mean, running, 3 messages per second`. */
  actor(id: string): Locator {
    return this.canvas.getByRole('group', { name: new RegExp(`^${id}, `) });
  }

  get actors(): Locator {
    return this.canvas.getByRole('group', { name: /^\w+, (running|stopped|paused|faulted)/ });
  }

  output(actor: string, port: string): Locator {
    return this.canvas.getByRole('img', { name: new RegExp(`^Output ${port} of ${actor}, `) });
  }

  input(actor: string, type: string): Locator {
    return this.canvas.getByRole('img', { name: `Input ${type} of ${actor}`, exact: true });
  }

  get channels(): Locator {
    return this.canvas.getByRole('group', { name: /^Channel / });
  }

  channel(from: string, to: string): Locator {
    return this.canvas.getByRole('group', { name: new RegExp(`^Channel ${from} to ${to},`) });
  }

  async select(id: string): Promise<void> {
    await this.actor(id).getByText(id, { exact: true }).first().click();
  }

  /** From one handle to above another; the button stays down. */
  async beginDrag(from: Locator, to: Locator): Promise<void> {
    const [start, end] = [await middleOf(from), await middleOf(to)];
    await this.#page.mouse.move(start.x, start.y);
    await this.#page.mouse.down();
    await this.#page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 4 });
    await this.#page.mouse.move(end.x, end.y, { steps: 4 });
  }

  async drop(): Promise<void> {
    await this.#page.mouse.up();
  }

  /** Drags a kernel of the palette to a place on the canvas. */
  async dropHere(kernel: Locator, place: { readonly x: number; readonly y: number }): Promise<void> {
    const start = await middleOf(kernel);
    const box = (await this.canvas.boundingBox())!; // visible
    await this.#page.mouse.move(start.x, start.y);
    await this.#page.mouse.down();
    await this.#page.mouse.move(start.x + 20, start.y + 20, { steps: 3 });
    await this.#page.mouse.move(box.x + place.x, box.y + place.y, { steps: 5 });
    await this.#page.mouse.up();
  }

  async moveBy(id: string, by: { readonly x: number; readonly y: number }): Promise<void> {
    const start = await middleOf(this.actor(id).getByText(id, { exact: true }).first());
    await this.#page.mouse.move(start.x, start.y);
    await this.#page.mouse.down();
    await this.#page.mouse.move(start.x + by.x / 2, start.y + by.y / 2, { steps: 4 });
    await this.#page.mouse.move(start.x + by.x, start.y + by.y, { steps: 4 });
    await this.#page.mouse.up();
  }
}

async function middleOf(target: Locator): Promise<{ readonly x: number; readonly y: number }> {
  await expect(target).toBeVisible();
  const box = (await target.boundingBox())!; // visible
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
