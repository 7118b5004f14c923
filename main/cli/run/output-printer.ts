import { StudioError } from '../../../app/base/studio-error.ts';
import { writeJson } from '../../../app/model/write-json.ts';
import type { ReceivedMessage } from '../../../app/runtime/message.ts';
import type { ReceiveQueue } from '../../../app/runtime/receive-queue.ts';
import type { Terminal } from '../terminal.ts';
import type { ResultSink } from './result-sink.ts';
import type { ResultReader } from './run-topology.ts';

const CHUNK_CHARACTERS = 65_536;

/** Writes what leaves the topology as JSON lines. What waits is written together; nothing waits for more to come. */
export class OutputPrinter implements ResultReader {
  invalid = 0;
  readonly #queue: ReceiveQueue;
  readonly #sink: ResultSink;
  readonly #terminal: Terminal;

  constructor(queue: ReceiveQueue, sink: ResultSink, terminal: Terminal) {
    this.#queue = queue;
    this.#sink = sink;
    this.#terminal = terminal;
  }

  async run(signal: AbortSignal): Promise<void> {
    for (
      let message = await this.#queue.take(signal);
      message !== undefined;
      message = await this.#queue.take(signal)
    ) {
      await this.#writeChunk(message);
    }
    for (let left = this.#queue.length; left > 0; left--) {
      const message = this.#queue.takeNow();
      if (message !== undefined) await this.#sink.write(this.#line(message));
    }
  }

  async #writeChunk(first: ReceivedMessage): Promise<void> {
    let text = this.#line(first);
    while (text.length < CHUNK_CHARACTERS) {
      const message = this.#queue.takeNow();
      if (message === undefined) break;
      text += this.#line(message);
    }
    if (text !== '') await this.#sink.write(text);
  }

  #line(message: ReceivedMessage): string {
    const { label, from, type, correlationId } = message;
    try {
      const line = { from: label, port: from.port, type: type.name, message: message.json(), correlationId };
      return `${writeJson(line)}\n`;
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      this.invalid++;
      this.#terminal.note(JSON.stringify({ invalid: label, port: from.port, type: type.name, detail: error.message }));
      return '';
    }
  }
}
