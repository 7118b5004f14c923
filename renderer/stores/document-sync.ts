import type { FileState, ProjectEvent } from '../../app/contract/project.ts';
import type { EditResult } from '../../app/contract/studio-host.ts';
import type { EditPort, UnsentPort } from './document-ports.ts';

/** What a file's text means to whoever shows it. */
export interface DocumentView {
  readonly text: string;
  /** Another window, or another program, changed the file while this window held unsent edits: `theirs` is its text. */
  readonly conflict: { readonly theirs: string } | undefined;
}

/** The person has to choose first, by `Documents.resolve`. */
export class UnsettledConflict extends Error {
  constructor(path: string) {
    super(`'${path}' was changed elsewhere while this one held unsent edits.`);
  }
}

interface Entry {
  /** As this window shows it. */
  text: string;
  /** What the host has accepted last, and its text. */
  version: number;
  acceptedText: string;
  /** Texts that this window has sent of late, the latest last. */
  sent: readonly string[];
  theirs: FileState | undefined;
  view: DocumentView;
  sending: Promise<void> | undefined;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** A host that was killed comes back with one of the latest, whether or not it had answered. */
const KEPT_SENT = 32;

/** How long typing is gathered before it goes to the host. */
const GATHER_MS = 120;

/**
 * The files' texts as this window shows them. Edits appear at once and reach the host, which keeps them safe, within
 * 120 ms; until then they are kept in the browser too, so that neither a killed tab nor a killed host loses them.
 */
export class Documents {
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<(path: string) => void>();
  readonly #port: EditPort;
  readonly #unsent: UnsentPort;
  readonly #clientId: string;

  /** @param clientId the window: events of its own edits carry it */
  constructor(port: EditPort, unsent: UnsentPort, clientId: string) {
    this.#port = port;
    this.#unsent = unsent;
    this.#clientId = clientId;
  }

  text(path: string): string | undefined {
    return this.#entries.get(path)?.text;
  }

  view(path: string): DocumentView | undefined {
    return this.#entries.get(path)?.view;
  }

  /** True while the host has not accepted all that was typed. */
  isUnsent(path: string): boolean {
    const entry = this.#entries.get(path);
    return entry !== undefined && (entry.text !== entry.acceptedText || entry.sending !== undefined);
  }

  setText(path: string, text: string): void {
    const entry = this.#entries.get(path);
    if (entry === undefined || entry.text === text) return;
    this.#show(path, entry, text);
    this.#keep(path, entry);
    this.#schedule(path, entry);
  }

  /**
   * Resolves when the host has accepted everything, or everything of one file; rejects when it cannot be reached.
   *
   * @throws UnsettledConflict
   */
  async flush(only?: string): Promise<void> {
    const wanted = [...this.#entries].filter(([path]) => only === undefined || path === only);
    await Promise.all(wanted.map(([path, entry]) => this.#flushOne(path, entry)));
  }

  /** Ends a conflict between two windows. */
  resolve(path: string, keep: 'mine' | 'theirs'): void {
    const entry = this.#entries.get(path);
    if (entry?.theirs === undefined) return;
    const { theirs } = entry;
    entry.theirs = undefined;
    this.#accept(entry, theirs);
    if (keep === 'theirs') {
      this.#unsent.drop(path);
      this.#show(path, entry, theirs.text);
    } else {
      this.#show(path, entry, entry.text);
      this.#schedule(path, entry);
    }
  }

  /** `listener` gets the path of each document whose text, conflict or existence has changed, whoever changed it. */
  onDidChange(listener: (path: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  take(event: ProjectEvent): void {
    if (event.type === 'snapshot') {
      const paths = new Set(event.snapshot.files.map(({ path }) => path));
      for (const path of this.#entries.keys()) if (!paths.has(path)) this.#remove(path);
      for (const file of event.snapshot.files) this.#takeFile(file);
    } else if (event.type === 'file') {
      if (event.origin === this.#clientId) this.#takeOwn(event.file);
      else if (event.origin === 'host') this.#takeFile(event.file);
      else if (!this.#isOvertaken(event.file)) this.#takeFile(event.file, 'others');
    } else if (event.type === 'file-removed') {
      this.#remove(event.path);
    }
  }

  clear(): void {
    for (const path of [...this.#entries.keys()]) this.#remove(path);
  }

  /** The host has accepted a later edit of this window since; its answer came sooner than the event. */
  #isOvertaken({ path, version }: FileState): boolean {
    return version < (this.#entries.get(path)?.version ?? 0);
  }

  #takeOwn(file: FileState): void {
    const entry = this.#entries.get(file.path);
    if (entry === undefined) this.#takeFile(file);
    else if (file.version > entry.version) this.#accept(entry, file);
  }

  /** A host that has come back may hold what this window sent to it before; what others wrote is theirs. */
  #takeFile(file: FileState, writer: 'host' | 'others' = 'host'): void {
    const entry = this.#entries.get(file.path);
    if (entry === undefined) {
      this.#add(file);
      return;
    }
    const isUnsent = entry.text !== entry.acceptedText;
    const isOwn = file.text === entry.acceptedText || (writer === 'host' && entry.sent.includes(file.text));
    if (!isUnsent || entry.text === file.text || isOwn) {
      this.#accept(entry, file);
      entry.theirs = undefined;
      this.#show(file.path, entry, isUnsent ? entry.text : file.text);
      if (entry.text !== file.text) this.#schedule(file.path, entry);
      else if (isUnsent) this.#unsent.drop(file.path); // else it is another window's, on its way
      return;
    }
    this.#conflict(file, entry);
  }

  #add(file: FileState): void {
    const view: DocumentView = { text: file.text, conflict: undefined };
    const { text, version } = file;
    const entry: Entry = {
      ...{ text, version, view, acceptedText: text, sent: [text] },
      ...{ theirs: undefined, sending: undefined, timer: undefined },
    };
    this.#entries.set(file.path, entry);
    const unsent = this.#unsent.take(file.path);
    if (unsent !== undefined && unsent.text !== text) {
      entry.text = unsent.text;
      if (unsent.basedOn.includes(text)) this.#schedule(file.path, entry);
      else entry.theirs = file;
      this.#show(file.path, entry, unsent.text);
    } else {
      if (unsent !== undefined) this.#unsent.drop(file.path);
      this.#announce(file.path);
    }
  }

  #remove(path: string): void {
    clearTimeout(this.#entries.get(path)?.timer);
    if (this.#entries.delete(path)) this.#announce(path);
  }

  #accept(entry: Entry, { version, text }: Pick<FileState, 'version' | 'text'>): void {
    entry.version = version;
    entry.acceptedText = text;
  }

  #conflict(file: FileState, entry: Entry): void {
    clearTimeout(entry.timer);
    entry.timer = undefined;
    entry.theirs = file;
    this.#show(file.path, entry, entry.text);
  }

  #show(path: string, entry: Entry, text: string): void {
    const { theirs } = entry;
    entry.text = text;
    entry.view = { text, conflict: theirs === undefined ? undefined : { theirs: theirs.text } };
    this.#announce(path);
  }

  #announce(path: string): void {
    for (const listener of this.#listeners) listener(path);
  }

  #schedule(path: string, entry: Entry): void {
    if (entry.theirs !== undefined) return;
    entry.timer ??= setTimeout(() => {
      entry.timer = undefined;
      // A lost connection keeps the edit waiting; the snapshot after it sends it again.
      void this.#send(path, entry).catch(() => undefined);
    }, GATHER_MS);
  }

  /** An edit on its way may have arrived, or not, when this window is gone. */
  #keep(path: string, { text, acceptedText, sent }: Entry): void {
    this.#unsent.keep(path, text, [acceptedText, sent.at(-1) ?? acceptedText]);
  }

  async #flushOne(path: string, entry: Entry): Promise<void> {
    clearTimeout(entry.timer);
    entry.timer = undefined;
    while (entry.theirs === undefined && this.#entries.get(path) === entry) {
      if (entry.sending !== undefined) await entry.sending;
      else if (entry.text !== entry.acceptedText) await this.#send(path, entry);
      else return;
    }
    if (entry.theirs !== undefined && this.#entries.get(path) === entry) throw new UnsettledConflict(path);
  }

  #send(path: string, entry: Entry): Promise<void> {
    const { text, version: baseVersion } = entry;
    if (entry.sending !== undefined) {
      this.#schedule(path, entry);
      return entry.sending;
    }
    if (text === entry.acceptedText) this.#unsent.drop(path);
    if (text === entry.acceptedText || entry.theirs !== undefined) return Promise.resolve();
    entry.sent = [...entry.sent, text].slice(-KEPT_SENT);
    this.#keep(path, entry);
    entry.sending = this.#port
      .edit({ path, text, baseVersion })
      .then((result) => this.#sent(path, entry, { text, result }))
      .finally(() => {
        entry.sending = undefined;
      });
    return entry.sending;
  }

  #sent(path: string, entry: Entry, { text, result }: { readonly text: string; readonly result: EditResult }): void {
    if (this.#entries.get(path) !== entry) return;
    if (result.kind === 'outdated') {
      this.#takeFile(result.file);
      return;
    }
    if (result.version >= entry.version) this.#accept(entry, { version: result.version, text });
    if (entry.text === text) this.#unsent.drop(path);
    else this.#schedule(path, entry);
  }
}
