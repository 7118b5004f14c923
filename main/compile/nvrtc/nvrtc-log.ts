import type { Diagnostic } from '../diagnostics/diagnostic.ts';

interface Place {
  /** As NVRTC calls it: `project/a.cu`, `ring_block.h`. */
  readonly file: string;
  readonly line: number;
  /** In bytes, from 1. */
  readonly column: number;
}

type Note = Diagnostic['notes'][number];

interface Message extends Omit<Diagnostic, 'notes'> {
  readonly notes: Note[];
}

const heading = /^(.+?)\((\d+)\): (catastrophic error|error|warning|note|remark)(?: #\d+(?:-D)?)?: (.*)$/;
/** `instantiation of "int f(T) [with T=int]" at line 2 of a.h`, without the file where it is the message's own. */
const instantiation = /^\s+(?:detected during )?(instantiation of .*?) at line (\d+)(?: of (.+))?$/;
/** What a message says beyond its first line, before the line of the source. */
const continuation = /^ {8,}(\S.*)$/;
const caret = /^ *\t*[ \t]*\^\s*$/;

/** Reads what NVRTC has to say. Instantiations, and what it calls notes, are notes of the message above them. */
export function parseNvrtcLog(log: string): Diagnostic[] {
  const messages: Message[] = [];
  const lines = log.split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const head = heading.exec(lines[at]!);
    if (head === null) {
      const note = instantiationNote(lines[at]!, messages.at(-1));
      if (note !== undefined) messages.at(-1)?.notes.push(note);
      continue;
    }
    const [, file = '', line = '', kind = '', text = ''] = head;
    const more = textBelow(lines, at);
    at += more.length;
    const message = [text, ...more].join(' ');
    const place: Place = { file, line: Number(line), column: columnBelow(lines, at) };
    if (kind === 'note' || kind === 'remark') messages.at(-1)?.notes.push({ message, place });
    else messages.push({ severity: kind === 'warning' ? 'warning' : 'error', message, place, notes: [] });
  }
  return messages;
}

function instantiationNote(line: string, message: Message | undefined): Note | undefined {
  const match = instantiation.exec(line);
  if (match === null || message?.place === undefined) return undefined;
  const [, text = '', number = '', file = message.place.file] = match;
  return { message: `in ${text}`, place: { file, line: Number(number), column: 1 } };
}

function textBelow(lines: readonly string[], at: number): readonly string[] {
  const found: string[] = [];
  for (let next = at + 1; next < lines.length; next += 1) {
    const text = continuation.exec(lines[next]!)?.[1];
    // A line of the source may begin with as much space: it has a caret below it.
    if (text === undefined || text === '^' || isCaret(lines[next + 1]) || text.startsWith('detected during')) break;
    found.push(text);
  }
  return found;
}

/** The source's line is set in by two, and so is the caret. */
function columnBelow(lines: readonly string[], at: number): number {
  const line = lines[at + 2];
  return isCaret(line) ? line.indexOf('^') - 1 : 1;
}

function isCaret(line: string | undefined): line is string {
  return line !== undefined && caret.test(line);
}
