import type { MessageBoxOptions, MessageBoxReturnValue } from 'electron';
import type { OpenWork } from '../host/studio/open-work.ts';
import type { HostProcess } from './host-process.ts';
import type { StudioWindows } from './studio-windows.ts';

export interface QuittingOptions {
  readonly windows: Pick<StudioWindows, 'flush' | 'freeze' | 'front' | 'restore'>;
  readonly host: Pick<HostProcess, 'ask' | 'end'>;
  readonly ask: (options: MessageBoxOptions) => Promise<MessageBoxReturnValue>;
  readonly log: (line: string) => void;
  /** Electron's own way out: windows close, and the process ends. */
  readonly quit: () => void;
}

const ANSWER_WITHIN_MS = 3000;
const SAVE_WITHIN_MS = 30_000;
const END_WITHIN_MS = 5000;

/**
 * The way out. Nothing is lost by it, since the host keeps unsaved edits; still they are asked about, once for all
 * windows, and so are actors that run.
 */
export class Quitting {
  readonly #options: QuittingOptions;
  #stage: 'no' | 'asking' | 'ending' | 'ended' = 'no';
  /** Somebody who cannot wait wants out: the system, a signal. Questions that are open go away. */
  readonly #hurry = new AbortController();

  constructor(options: QuittingOptions) {
    this.#options = options;
  }

  /** Nobody can change it any more: what dies or hangs now is of no matter. */
  get hasBegun(): boolean {
    return this.#stage === 'ending' || this.#stage === 'ended';
  }

  /** Nothing is left to be asked or ended: windows may close. */
  get isDone(): boolean {
    return this.#stage === 'ended';
  }

  /** @param isAsked false where nobody can answer: the system is being shut down */
  async begin({ isAsked = true }: { readonly isAsked?: boolean } = {}): Promise<void> {
    const { windows, log } = this.#options;
    if (!isAsked) this.#hurry.abort();
    if (this.#stage !== 'no') {
      if (isAsked) windows.front?.focus();
      return;
    }
    this.#stage = 'asking';
    const isAgreed = await this.#isAgreed().catch((error: unknown) => {
      log(`The way out failed: ${String(error)}`);
      return true; // a studio that cannot be left is worse: the host has what was typed
    });
    if (!isAgreed) {
      this.#stage = 'no';
      // The last window may have been closed by the very wish to quit.
      if (windows.front === undefined) await windows.restore();
      return;
    }
    await this.#end();
  }

  async #end(): Promise<void> {
    const { windows, host, log, quit } = this.#options;
    this.#stage = 'ending';
    try {
      await windows.freeze();
      await host.end(END_WITHIN_MS);
    } catch (error) {
      log(`The end failed: ${String(error)}`);
    }
    this.#stage = 'ended';
    quit();
  }

  async #isAgreed(): Promise<boolean> {
    const { host, windows } = this.#options;
    await windows.flush();
    const answer = await host.ask('open-work', ANSWER_WITHIN_MS);
    if (answer === 'gone' || this.#hurry.signal.aborted) return true;
    const work = answer === 'silent' ? undefined : (answer.work ?? []);
    if (work?.length === 0) return true;
    const choice = await this.#ask(work === undefined ? silentQuestion : questionOf(work));
    return choice !== SAVE ? choice === QUIT : this.#save();
  }

  async #save(): Promise<boolean> {
    const answer = await this.#options.host.ask('save-all', SAVE_WITHIN_MS);
    const isAnswered = answer !== 'gone' && answer !== 'silent';
    if (isAnswered && answer.failure === undefined) return true;
    const failure = isAnswered ? answer.failure : undefined;
    const { message, tip = '' } = failure ?? { message: 'The studio host does not answer.' };
    const choice = await this.#ask({
      type: 'warning',
      message: 'Not everything was saved.',
      detail: `${message} ${tip}\n\nThe unsaved edits are kept, and shown again at the next start.`,
      buttons: [QUIT, CANCEL],
      defaultId: 1,
      cancelId: 1,
    });
    return choice === QUIT;
  }

  /** The words of the button that was chosen; Quit where somebody cannot wait for it. */
  async #ask(question: MessageBoxOptions): Promise<string | undefined> {
    const { signal } = this.#hurry;
    if (signal.aborted) return QUIT;
    const { response } = await this.#options.ask({ ...question, signal });
    return this.#hurry.signal.aborted ? QUIT : question.buttons?.[response];
  }
}

const SAVE = 'Save all and quit';
const QUIT = 'Quit';
const CANCEL = 'Cancel';
const MOST_NAMED = 6;

const silentQuestion: MessageBoxOptions = {
  type: 'warning',
  message: 'The studio host does not answer.',
  detail: 'Actors may be running: they end with the studio. Edits that it has accepted are kept.',
  buttons: [QUIT, CANCEL],
  defaultId: 1,
  cancelId: 1,
};

/** What is asked before the studio ends while there is work. */
export function questionOf(work: readonly OpenWork[]): MessageBoxOptions {
  const files = work.flatMap(({ name, unsaved }) => unsaved.map((path) => `${path} in ${name}`));
  const running = work.filter(({ isRunning }) => isRunning).map(({ name }) => name);
  const named = files.slice(0, MOST_NAMED).join('\n');
  const more = files.length > MOST_NAMED ? `\nand ${files.length - MOST_NAMED} more` : '';
  const edits = `${named}${more}\n\nThe studio keeps them and shows them again. Other programs see them once they are saved.`;
  const ends = `The actors of ${running.join(', ')} run. They end with the studio, and their states with them.`;
  const details = [...(files.length > 0 ? [edits] : []), ...(running.length > 0 ? [ends] : [])];
  const count = files.length === 1 ? '1 file has' : `${files.length} files have`;
  const buttons = files.length > 0 ? [SAVE, QUIT, CANCEL] : [QUIT, CANCEL];
  return {
    type: 'question',
    message: files.length > 0 ? `${count} unsaved edits.` : 'Actors run.',
    detail: details.join('\n\n'),
    buttons,
    defaultId: 0,
    cancelId: buttons.length - 1,
    noLink: true,
  };
}
