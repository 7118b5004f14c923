import { contentsOf, type DeadLetter } from '../../../app/runtime/dead-letters/dead-letter.ts';
import type { RingKernelRuntime } from '../../../app/runtime/runtime.ts';
import { writeJson } from '../../../app/model/write-json.ts';
import type { ResultSink } from './result-sink.ts';

/** Writes dead letters as they come, as lines that `--input` takes again. */
export class DeadLetterFile implements Disposable {
  readonly #sink: ResultSink;
  readonly #subscription: Disposable;
  #waiting: DeadLetter[] = [];
  #writing: Promise<void> | undefined;

  constructor({ deadLetters }: RingKernelRuntime, sink: ResultSink) {
    this.#sink = sink;
    this.#subscription = deadLetters.onDidArrive.on((letter) => {
      this.#waiting.push(letter);
      this.#writing ??= this.#write();
      this.#writing.catch(() => undefined); // `settled` tells
    });
  }

  /** Resolves when all are written. @throws StudioError `OutputNotWritable` */
  async settled(): Promise<void> {
    await this.#writing;
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const lines = await Promise.all(this.#waiting.splice(0).map(lineOf));
      await this.#sink.write(lines.join(''));
    }
    this.#writing = undefined;
  }
}

async function lineOf(letter: DeadLetter): Promise<string> {
  const { id, reason, messageId, traceId, from, to, by, type, bytes, atMs, sentAtMs, hops, fault } = letter;
  const message = contentsOf(letter);
  const location = await fault?.location;
  const deadLetter = {
    id,
    reason,
    from,
    by,
    messageId,
    traceId,
    at: new Date(atMs).toISOString(),
    sentAt: new Date(sentAtMs).toISOString(),
    hops: hops === 0 ? undefined : hops,
    cause: fault?.cause,
    detail: fault?.detail === '' ? undefined : fault?.detail,
    location: location === undefined ? undefined : `${location.file}:${location.line}`,
    // Of what cannot be shown as a message at least this is kept.
    bytes: message === undefined ? Buffer.from(bytes).toString('base64') : undefined,
  };
  return `${writeJson({ to, type: type?.name, message, deadLetter })}\n`;
}
