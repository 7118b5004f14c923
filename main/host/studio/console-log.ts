import type { ConsoleLine, ProjectEvent } from '../../../app/contract/project.ts';
import type { PrintedText } from '../../../app/runtime/runtime.ts';

type Speaker = Pick<ConsoleLine, 'actor' | 'place'>;

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
  /** Lines that were begun, by actor and thread. */
  readonly #begun = new Map<string, { readonly speaker: Speaker; readonly text: string }>();
  #seq = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(publish: (event: ProjectEvent) => void) {
    this.#publish = publish;
  }

  get lines(): readonly ConsoleLine[] {
    return this.#lines;
  }

  /** `text` may be a part of a line, or many. */
  print({ text, ...speaker }: PrintedText): void {
    const key = JSON.stringify(speaker);
    const parts = `${this.#begun.get(key)?.text ?? ''}${text}`.split('\n');
    const rest = parts.pop() ?? '';
    for (const part of parts) this.#add('print', speaker, part);
    if (rest.length > MAX_LINE) this.#add('print', speaker, rest);
    if (rest === '' || rest.length > MAX_LINE) this.#begun.delete(key);
    else this.#begun.set(key, { speaker, text: rest });
  }

  /** A line of the studio's own. */
  note(kind: 'info' | 'warning' | 'error', text: string, actor = ''): void {
    for (const line of text.split('\n')) this.#add(kind, { actor }, line);
  }

  /** Ends the lines that no newline has ended: of everybody, or of one actor or function. */
  endLines(actor?: string): void {
    for (const [key, { speaker, text }] of this.#begun) {
      if (actor !== undefined && speaker.actor !== actor) continue;
      this.#add('print', speaker, text);
      this.#begun.delete(key);
    }
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

  #add(kind: ConsoleLine['kind'], speaker: Speaker, line: string): void {
    for (let from = 0; from === 0 || from < line.length; from += MAX_LINE) {
      const text = line.slice(from, from + MAX_LINE);
      this.#pending.push({ seq: ++this.#seq, atMs: Date.now(), kind, ...speaker, text });
    }
    if (this.#pending.length > 2 * MOST_PER_EVENT) this.#pending.splice(0, MOST_PER_EVENT);
    this.#timer ??= setTimeout(() => {
      this.flush();
    }, EVENT_EVERY_MS);
  }
}
