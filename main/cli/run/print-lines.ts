import type { Terminal } from '../terminal.ts';

/** What actors print, as whole lines with the actor in front. */
export class PrintLines {
  readonly #terminal: Terminal;
  readonly #started = new Map<string, string>();

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  add(actor: string, text: string): void {
    const lines = `${this.#started.get(actor) ?? ''}${text}`.split('\n');
    const rest = lines.pop() ?? '';
    for (const line of lines) this.#write(actor, line);
    this.#started.set(actor, rest);
  }

  /** Writes what no newline has ended. */
  end(): void {
    for (const [actor, rest] of this.#started) if (rest !== '') this.#write(actor, rest);
    this.#started.clear();
  }

  #write(actor: string, line: string): void {
    this.#terminal.note(actor === '' ? line : `${actor}: ${line}`);
  }
}
