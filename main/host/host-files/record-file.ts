import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';

import { StudioError } from '../../../app/base/studio-error.ts';
import type { Json } from '../../../app/model/message-type.ts';
import { writeJson } from '../../../app/model/write-json.ts';
import { isCsv, type RecordWriter } from '../../../app/runtime/host-actors/host-files.ts';
import { throwNotWritable } from './project-place.ts';

type Row = Readonly<Record<string, Json>>;

const NO_FOLLOW = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW;
/** An empty text is no blank line, and no reader takes a carriage return within a text for the end of a row. */
const CSV_FORMAT = { record_delimiter: '\n', quoted_empty: true, quoted_match: /\r/, eof: true } as const;
const HEAD_BYTES = 65_536;
const NEWLINE = 10;

interface Target {
  /** As the user wrote it. */
  readonly path: string;
  /** Real place of the file. */
  readonly place: string;
}

/**
 * Writes beside the file and puts it into its place when it is complete. Where that fails the rows stay beside it.
 *
 * @throws StudioError `FileNotWritable`, `NotAFile`
 */
export async function replaceFile({ path, place }: Target): Promise<RecordWriter> {
  const found = await stat(place).catch(() => undefined);
  if (found?.isFile() === false) throw noFile(path);
  const temporary = join(dirname(place), `.${basename(place)}.${randomUUID()}.tmp`);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW;
  const file = await open(temporary, flags, 0o666).catch((cause: unknown) => throwNotWritable(path, cause));
  const rows = new RowWriter(path, file, undefined);
  const discard = async (): Promise<void> => {
    await file.close();
    await rm(temporary, { force: true });
  };
  return {
    write: (records) => rows.write(records),
    commit: async () => {
      try {
        await finish(file);
        await rename(temporary, place);
      } catch (cause) {
        throwNotWritable(path, cause, `its rows are in '${basename(temporary)}' beside it`);
      }
    },
    abandon: discard,
  };
}

/**
 * Adds to what is there. A last line that was not finished is left as it is, and ended.
 *
 * @throws StudioError `FileNotWritable`, `NotAFile`
 */
export async function appendToFile({ path, place }: Target): Promise<RecordWriter> {
  const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | NO_FOLLOW;
  const file = await open(place, flags, 0o666).catch((cause: unknown) => throwNotWritable(path, cause));
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw noFile(path);
    const last = Buffer.alloc(1, NEWLINE);
    if (stats.size > 0) await file.read(last, 0, 1, stats.size - 1);
    if (last[0] !== NEWLINE) await file.writeFile('\n').catch((cause: unknown) => throwNotWritable(path, cause));
    const rows = new RowWriter(path, file, stats.size > 0 && isCsv(path) ? await columnsOf(file) : undefined);
    return {
      write: (records) => rows.write(records),
      commit: () => finish(file).catch((cause: unknown) => throwNotWritable(path, cause)),
      abandon: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Some file systems say only at the end that there was no room. */
async function finish(file: FileHandle): Promise<void> {
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function noFile(path: string): StudioError {
  return new StudioError('NotAFile', `'${path}' is no file.`, { tip: 'Name another one.' });
}

async function columnsOf(file: FileHandle): Promise<readonly string[]> {
  const head = Buffer.alloc(HEAD_BYTES);
  const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0);
  const rows: unknown = parse(head.subarray(0, bytesRead), { bom: true, to: 1, relax_column_count: true });
  return (rows as readonly (readonly string[])[])[0] ?? [];
}

/** Turns records into lines of the format that the file's ending tells. */
class RowWriter {
  readonly #path: string;
  readonly #file: FileHandle;
  #columns: readonly string[] | undefined;

  /** `columns`: those that a CSV file has already. */
  constructor(path: string, file: FileHandle, columns: readonly string[] | undefined) {
    this.#path = path;
    this.#file = file;
    this.#columns = columns;
  }

  async write(records: readonly Row[]): Promise<void> {
    const text = isCsv(this.#path) ? this.#csv(records) : records.map((record) => `${writeJson(record)}\n`).join('');
    if (text === '') return;
    await this.#file.writeFile(text).catch((cause: unknown) => throwNotWritable(this.#path, cause));
  }

  #csv(records: readonly Row[]): string {
    const [first] = records;
    if (first === undefined) return '';
    const isNew = this.#columns === undefined;
    const columns = (this.#columns ??= Object.keys(first));
    for (const record of records) this.#checkColumns(columns, Object.keys(record));
    return stringify([...records], { columns: [...columns], header: isNew, ...CSV_FORMAT });
  }

  #checkColumns(columns: readonly string[], found: readonly string[]): void {
    if (found.length === columns.length && found.every((name) => columns.includes(name))) return;
    const message = `'${this.#path}' has the columns ${columns.join(', ')}; the message has ${found.join(', ')}.`;
    throw new StudioError('ColumnsDiffer', message, { tip: 'Name another file, or use a .jsonl file.' });
  }
}
