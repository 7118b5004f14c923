import type { ProjectEvent } from '../../../app/contract/project.ts';
import type { Numbered } from '../../../app/contract/studio-host.ts';
import { Bell } from './bell.ts';

interface Entry {
  readonly event: ProjectEvent;
  readonly weight: number;
}

export interface EventLogOptions {
  /** Tells this log from the one that an earlier host kept of the same project. */
  readonly nonce: string;
  /** The project as it is now. */
  readonly snapshot: () => ProjectEvent;
  /** Events to keep. Default 5,000. */
  readonly capacity?: number;
  /** Characters of file text to keep in them. Default 16 Mi. */
  readonly maxWeight?: number;
}

/** What happened to a project, numbered, so that a window that was away goes on where it stopped. */
export class EventLog {
  readonly #options: Required<EventLogOptions>;
  readonly #bell = new Bell();
  #entries: Entry[] = [];
  /** Number of the first entry that is kept. */
  #first = 1;
  #weight = 0;

  constructor({ capacity = 5000, maxWeight = 16_777_216, ...options }: EventLogOptions) {
    this.#options = { ...options, capacity, maxWeight };
  }

  append(event: ProjectEvent): void {
    const weight = event.type === 'file' ? event.file.text.length : 0;
    this.#entries.push({ event, weight });
    this.#weight += weight;
    const { capacity, maxWeight } = this.#options;
    let surplus = Math.max(0, this.#entries.length - capacity);
    let left = this.#weight;
    for (let i = 0; i < surplus; i++) left -= this.#entries[i]!.weight;
    while (left > maxWeight && surplus < this.#entries.length - 1) left -= this.#entries[surplus++]!.weight;
    if (surplus > 0) {
      this.#entries.splice(0, surplus);
      this.#first += surplus;
      this.#weight = left;
    }
    this.#bell.ring();
  }

  /** Everything after `lastId`; from a snapshot on where that is unknown or too long ago. Ends with the signal. */
  async *read(lastId: string | undefined, signal: AbortSignal): AsyncGenerator<Numbered<ProjectEvent>, void> {
    let next = this.#after(lastId);
    while (!signal.aborted) {
      if (next === undefined || next < this.#first) {
        next = this.#first + this.#entries.length;
        yield { id: this.#id(next - 1), event: this.#options.snapshot() };
        continue;
      }
      const entry = this.#entries[next - this.#first];
      if (entry === undefined) await this.#bell.wait(signal);
      else yield { id: this.#id(next++), event: entry.event };
    }
  }

  #id(seq: number): string {
    return `${this.#options.nonce}-${seq}`;
  }

  /** Number of the event that follows `id`; undefined when the id is not one of this log. */
  #after(id: string | undefined): number | undefined {
    const [, nonce, digits] = /^(.+)-(\d{1,15})$/.exec(id ?? '') ?? [];
    if (nonce !== this.#options.nonce) return undefined;
    const next = Number(digits) + 1;
    return next <= this.#first + this.#entries.length ? next : undefined;
  }
}
