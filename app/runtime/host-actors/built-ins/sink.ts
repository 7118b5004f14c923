import { StudioError } from '../../../base/studio-error.ts';
import { toCells } from '../../../model/host-message/csv-cells.ts';
import type { Json } from '../../../model/message-type.ts';
import type { ReceivedMessage } from '../../message.ts';
import type { HostActorContext, HostActorDefinition } from '../host-actor-definition.ts';
import { isCsv, type HostFiles, type RecordWriter } from '../host-files.ts';

export interface SinkOptions {
  readonly file: string;
  /** `envelope` adds when and whence, for JSON lines. Default `message`. */
  readonly content?: 'message' | 'envelope' | undefined;
  /** `replace`: the file appears at the end, in place of an earlier one. Default. */
  readonly mode?: 'replace' | 'append' | undefined;
}

type Row = Readonly<Record<string, Json>>;

/** Writes what it gets to a file. Senders wait when the disk is slower than they are. */
export function sink(
  { file, content = 'message', mode = 'replace' }: SinkOptions,
  files: HostFiles,
): HostActorDefinition {
  let writer: RecordWriter | undefined;
  const rowOf = isCsv(file) ? csvRow : content === 'envelope' ? envelope : bareMessage;
  return {
    name: 'sink',
    onStart: async () => {
      writer = await files.write(file, { mode });
    },
    onMessages: async (messages, context) => {
      const rows = messages.flatMap((message) => rowOrReport(rowOf, message, context));
      await writer?.write(rows);
      context.count('written', rows.length);
    },
    onStop: async (_, end) => {
      if (end === 'stopped') await writer?.commit();
      else await writer?.abandon();
    },
  };
}

/** What the bytes hold may be nothing that the type can: such a message is counted and told, not written. */
function rowOrReport(
  rowOf: (message: ReceivedMessage, atMs: number) => Row,
  message: ReceivedMessage,
  context: HostActorContext,
): readonly Row[] {
  try {
    return [rowOf(message, context.unixMs())];
  } catch (error) {
    if (!(error instanceof StudioError) || error.code !== 'InvalidValue') throw error;
    context.count('invalid');
    context.report(`not written: ${message.label}, ${message.from.port}: ${error.message}`);
    return [];
  }
}

function bareMessage(message: ReceivedMessage): Row {
  return message.json() as Row; // structs are objects
}

function csvRow(message: ReceivedMessage): Row {
  return toCells(message.json());
}

function envelope(message: ReceivedMessage, atMs: number): Row {
  const { label, from, type } = message;
  return { atMs, from: label, port: from.port, type: type.name, message: message.json() };
}
