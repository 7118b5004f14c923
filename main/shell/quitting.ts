import type { MessageBoxOptions, MessageBoxReturnValue } from 'electron';
import type { OpenWork } from '../host/studio/open-work.ts';
import type { HostProcess } from './host-process.ts';
import type { StudioWindows } from './studio-windows.ts';

export interface QuittingOptions {
  readonly windows: Pick<StudioWindows, 'flush' | 'freeze' | 'front'>;
  readonly host: Pick<HostProcess, 'ask' | 'end'>;
  readonly ask: (options: MessageBoxOptions) => Promise<MessageBoxReturnValue>;
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

  constructor(options: QuittingOptions) {
    this.#options = options;
  }

  /** Nothing is left to be asked or ended: windows may close. */
  get isDone(): boolean {
    return this.#stage === 'ended';
  }

  /** @param isAsked false where nobody can answer, or somebody has: the system is being shut down */
  async begin({ isAsked = true }: { readonly isAsked?: boolean } = {}): Promise<void> {
    if (this.#stage !== 'no') {
      this.#options.windows.front?.focus();
      return;
    }
    this.#stage = 'asking';
    const { windows, host, quit } = this.#options;
    await windows.flush();
    if (isAsked && !(await this.#isAgreed())) {
      this.#stage = 'no';
      return;
    }
    this.#stage = 'ending';
    await windows.freeze();
    await host.end(END_WITHIN_MS);
    this.#stage = 'ended';
    quit();
  }

  async #isAgreed(): Promise<boolean> {
    const { host, ask } = this.#options;
    const work = (await host.ask('open-work', ANSWER_WITHIN_MS))?.work ?? [];
    if (work.length === 0) return true;
    const question = questionOf(work);
    const { response } = await ask(question);
    const choice = question.buttons?.[response];
    if (choice === CANCEL) return false;
    return choice !== SAVE || (await this.#save());
  }

  async #save(): Promise<boolean> {
    const { host, ask } = this.#options;
    const answer = await host.ask('save-all', SAVE_WITHIN_MS);
    if (answer !== undefined && answer.failure === undefined) return true;
    const { message, tip = '' } = answer?.failure ?? { message: 'The studio host does not answer.' };
    const { response } = await ask({
      type: 'warning',
      message: 'Not everything was saved.',
      detail: `${message} ${tip}\n\nThe unsaved edits are kept, and shown again at the next start.`.trim(),
      buttons: [QUIT, CANCEL],
      defaultId: 1,
      cancelId: 1,
    });
    return response === 0;
  }
}

const SAVE = 'Save all and quit';
const QUIT = 'Quit';
const CANCEL = 'Cancel';
const MOST_NAMED = 6;

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
