import { StudioError } from '../../../base/studio-error.ts';
import { fromCells } from '../../../model/host-message/csv-cells.ts';
import type { StructType } from '../../../model/message-type.ts';
import { hostOutput } from '../../../model/topology/host-schema.ts';
import type { HostActorContext, HostActorDefinition } from '../host-actor-definition.ts';
import { isCsv, type FileRecord, type HostFiles } from '../host-files.ts';
import { checkNumbers } from './check-options.ts';
import { receivedType } from './template-of.ts';

export interface ReplayOptions {
  readonly file: string;
  /** `envelope`: lines hold `type` and `message`, as a sink writes them; other types are passed over, and counted. */
  readonly content?: 'message' | 'envelope' | undefined;
  /** Messages a second. Default: as fast as the receivers take them. */
  readonly rateHz?: number | undefined;
  /** Sends at the pace of this field, in ms. */
  readonly timeField?: string | undefined;
  /** With `timeField`: how much faster. Default 1. */
  readonly speed?: number | undefined;
  /** Default `stop`. */
  readonly badLines?: 'stop' | 'skip' | undefined;
}

const MOST_PER_TURN = 256;

/** Sends what a file holds, a message a line. @throws StudioError `InvalidLaunch` */
export function replay(options: ReplayOptions, files: HostFiles): HostActorDefinition {
  checkNumbers('replay', options, ['rateHz', 'speed']);
  let records: AsyncIterable<FileRecord> | undefined;
  return {
    name: 'replay',
    outputs: [hostOutput],
    onStart: async () => {
      records = await files.read(options.file);
    },
    run: async (context) => {
      if (records !== undefined) await new Playing(options, context).play(records);
    },
  };
}

/** A message with what its line says of its time. */
interface Entry {
  readonly line: number;
  readonly message: Record<string, unknown>;
  readonly timeMs: number | undefined;
}

class Playing {
  readonly #options: ReplayOptions;
  readonly #context: HostActorContext;
  readonly #type: StructType;
  #sent = 0;
  /** `timeMs` of the first message that has one. */
  #firstMs: number | undefined;

  constructor(options: ReplayOptions, context: HostActorContext) {
    this.#options = options;
    this.#context = context;
    this.#type = receivedType(context);
  }

  async play(records: AsyncIterable<FileRecord>): Promise<void> {
    const { signal } = this.#context;
    let count = 0;
    for await (const record of records) {
      if (signal.aborted) return;
      const entry = this.#read(record);
      if (entry !== undefined) await this.#send(entry);
      if (++count % MOST_PER_TURN === 0) await this.#context.turn();
    }
  }

  #read(record: FileRecord): Entry | undefined {
    if ('problem' in record) return this.#bad(record.line, record.problem);
    const { line, value } = record;
    const { content, file } = this.#options;
    if (content === 'envelope') return this.#open(line, value);
    const message = isCsv(file) ? fromCells(this.#type, value) : { ...value };
    return this.#timed(line, message, message);
  }

  #open(line: number, envelope: Readonly<Record<string, unknown>>): Entry | undefined {
    const { type, message } = envelope;
    if (typeof message !== 'object' || message === null) return this.#bad(line, "there is no object 'message' in it.");
    if (type !== undefined && type !== this.#type.name) {
      this.#context.count('otherTypes');
      return undefined;
    }
    return this.#timed(line, { ...message }, envelope);
  }

  /** Finds the time in the line, and takes it out of a message whose type has no such field. */
  #timed(line: number, message: Record<string, unknown>, holder: Readonly<Record<string, unknown>>): Entry | undefined {
    const { timeField } = this.#options;
    if (timeField === undefined) return { line, message, timeMs: undefined };
    const timeMs = Number(holder[timeField] ?? message[timeField] ?? NaN);
    if (!Number.isFinite(timeMs)) return this.#bad(line, `'${timeField}' is no time in ms.`);
    const isField = this.#type.fields.some(({ name }) => name === timeField);
    if (isField || !(timeField in message)) return { line, message, timeMs };
    const { [timeField]: _, ...rest } = message;
    return { line, message: rest, timeMs };
  }

  async #send({ line, message, timeMs }: Entry): Promise<void> {
    const { rateHz, speed = 1 } = this.#options;
    if (rateHz !== undefined) await this.#context.sleepUntil((this.#sent * 1000) / rateHz);
    if (timeMs !== undefined) {
      this.#firstMs ??= timeMs;
      await this.#context.sleepUntil((timeMs - this.#firstMs) / speed);
    }
    try {
      await this.#context.emit(hostOutput, message);
      this.#sent++;
    } catch (error) {
      if (!(error instanceof StudioError) || error.code !== 'InvalidMessage') throw error;
      this.#bad(line, error.message);
    }
  }

  /** @throws StudioError `BadLine` unless bad lines are to be skipped */
  #bad(line: number, what: string): undefined {
    const { file, badLines } = this.#options;
    const message = `${file}:${line}: ${what}`;
    if (badLines !== 'skip') {
      throw new StudioError('BadLine', message, { tip: 'Mend the line, or set "badLines": "skip".' });
    }
    this.#context.count('badLines');
    this.#context.report(message);
  }
}
