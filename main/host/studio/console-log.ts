import type { ConsoleLine, ProjectEvent } from '../../../app/contract/project.ts';

const KEPT_LINES = 2000;
const MOST_PER_EVENT = 500;
const EVENT_EVERY_MS = 34;
/** A longer line is broken. */
const MAX_LINE = 8192;

/** What actors print and the studio says: whole lines, numbered from 1 on, the latest 2,000 of them kept. */
export class ConsoleLog {
  readonly #publish: (event: ProjectEvent) => void;
  #lines: ConsoleLine[] = [];
  #pending: ConsoleLine[] = [];
  /** Begun lines, by actor. */
  readonly #begun = new Map<string, string>();
  #seq = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(publish: (event: ProjectEvent) => void) {
    this.#publish = publish;
  }

  get lines(): readonly ConsoleLine[] {
    return this.#lines;
  }

  /** `text` may be a part of a line, or many. */
  print(actor: string, text: string): void {
    const parts = `${this.#begun.get(actor) ?? ''}${text}`.split('\n');
    const rest = parts.pop() ?? '';
    for (const part of parts) this.#add('print', actor, part);
    if (rest.length > MAX_LINE) this.#add('print', actor, rest);
    this.#begun.set(actor, rest.length > MAX_LINE ? '' : rest);
  }

  /** A line of the studio's own. */
  note(kind: 'info' | 'warning' | 'error', text: string, actor = ''): void {
    for (const line of text.split('\n')) this.#add(kind, actor, line);
  }

  /** Ends the lines that no newline has ended. */
  endLines(): void {
    for (const [actor, rest] of this.#begun) if (rest !== '') this.#add('print', actor, rest);
    this.#begun.clear();
  }

  clear(): void {
    this.flush();
    this.#lines = [];
    this.#seq = 0;
    this.#publish({ type: 'console-cleared' });
  }

  /** Publishes what waits. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending.length === 0) return;
    const lines = this.#pending.slice(-MOST_PER_EVENT);
    this.#pending = [];
    this.#lines = [...this.#lines, ...lines].slice(-KEPT_LINES);
    this.#publish({ type: 'console', lines });
  }

  #add(kind: ConsoleLine['kind'], actor: string, line: string): void {
    for (let from = 0; from === 0 || from < line.length; from += MAX_LINE) {
      this.#pending.push({ seq: ++this.#seq, atMs: Date.now(), kind, actor, text: line.slice(from, from + MAX_LINE) });
    }
    if (this.#pending.length > 2 * MOST_PER_EVENT) this.#pending.splice(0, MOST_PER_EVENT);
    this.#timer ??= setTimeout(() => {
      this.flush();
    }, EVENT_EVERY_MS);
  }
}
