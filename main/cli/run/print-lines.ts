import { placeText, type ThreadPlace } from '../../../app/device/thread-place.ts';
import type { PrintedText } from '../../../app/runtime/runtime.ts';
import type { Terminal } from '../terminal.ts';

/** What actors print, as whole lines with the actor in front, and the thread where it has more than one. */
export class PrintLines {
  readonly #terminal: Terminal;
  /** By who prints them. */
  readonly #started = new Map<string, string>();

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  add({ actor, text, place }: PrintedText): void {
    const who = speakerOf(actor, place);
    const lines = `${this.#started.get(who) ?? ''}${text}`.split('\n');
    const rest = lines.pop() ?? '';
    for (const line of lines) this.#write(who, line);
    if (rest === '') this.#started.delete(who);
    else this.#started.set(who, rest);
  }

  /** Writes what no newline has ended. */
  end(): void {
    for (const [who, rest] of this.#started) this.#write(who, rest);
    this.#started.clear();
  }

  #write(who: string, line: string): void {
    this.#terminal.note(who === '' ? line : `${who}: ${line}`);
  }
}

/** `mean#0`, `mean#0 (block 1, thread 17)` */
function speakerOf(actor: string, place: ThreadPlace | undefined): string {
  return place === undefined ? actor : `${actor} (${placeText(place)})`;
}
