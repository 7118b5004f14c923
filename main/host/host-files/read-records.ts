import type { FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream';

import { CsvError, parse, type InfoRecord } from 'csv-parse';

import { StudioError } from '../../../app/base/studio-error.ts';
import { parseJson } from '../../../app/model/json-text.ts';
import type { FileRecord } from '../../../app/runtime/host-actors/host-files.ts';
import { inputLines } from '../../storage/input-lines.ts';

/** JSON lines: one object a line; empty lines are passed over. */
export async function* readJsonLines(file: FileHandle, path: string): AsyncGenerator<FileRecord, void> {
  await using _file = file;
  for await (const { number: line, text } of inputLines(file.createReadStream({ autoClose: false }), path)) {
    const parsed = parseJson({ text, file: path });
    if ('problem' in parsed) yield { line, problem: parsed.problem.message };
    else if (isRecord(parsed.value)) yield { line, value: parsed.value };
    else yield { line, problem: 'it is no JSON object.' };
  }
}

interface CsvRow {
  readonly record: Readonly<Record<string, string>>;
  readonly info: InfoRecord;
}

/** CSV (RFC 4180) with a header; the line of a record is the last one that it takes. */
export async function* readCsv(file: FileHandle, path: string): AsyncGenerator<FileRecord, void> {
  await using _file = file;
  const skipped: FileRecord[] = [];
  const parser = parse({ columns: true, info: true, bom: true, skip_empty_lines: true, skip_records_with_error: true });
  parser.on('skip', (error: CsvError) => {
    const line = typeof error['lines'] === 'number' ? error['lines'] : 0;
    skipped.push({ line, problem: error.message });
  });
  pipeline(file.createReadStream({ autoClose: false }), parser, () => undefined); // errors end the iteration
  try {
    for await (const row of parser) {
      const { record, info } = row as CsvRow;
      // The parser is ahead of whoever reads.
      while (skipped[0] !== undefined && skipped[0].line < info.lines) yield skipped.shift()!;
      yield { line: info.lines, value: record };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new StudioError('BadLine', `${path}: ${error.message}`, { cause: error, tip: 'Mend the header.' });
  }
  yield* skipped;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
