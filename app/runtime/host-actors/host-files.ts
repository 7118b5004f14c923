import type { Json } from '../../model/message-type.ts';

/** A row of a data file: of JSON lines any object, of CSV the cells by their columns. */
export type FileRecord =
  | { readonly line: number; readonly value: Readonly<Record<string, unknown>> }
  /** The line holds no such thing. */
  | { readonly line: number; readonly problem: string };

export interface RecordWriter {
  /** Resolves when more may follow. Rows of a CSV file all have the columns of the first. */
  write(records: readonly Readonly<Record<string, Json>>[]): Promise<void>;
  /** All is on disk, in its place. Nothing more may be written. */
  commit(): Promise<void>;
  /** Nothing of what was written in place of another file stays. */
  abandon(): Promise<void>;
}

/** The data files of a project. Paths are relative to its folder; the ending tells the format. Nothing outside is touched. */
export interface HostFiles {
  /** @throws StudioError `FileNotFound`, `PathOutsideProject`, `NotAFile`, `FileUnreadable` */
  read(path: string): Promise<AsyncIterable<FileRecord>>;
  /** @throws StudioError `PathOutsideProject`, `NotAFile`, `FileNotWritable` */
  write(path: string, options: { readonly mode: 'replace' | 'append' }): Promise<RecordWriter>;
}

export function isCsv(path: string): boolean {
  return path.endsWith('.csv');
}
