import type { Readable } from 'node:stream';

import { StudioError } from '../../../app/base/studio-error.ts';
import { parseJson } from '../../../app/model/json-text.ts';
import { readMessages, type Addressing, type OutgoingMessage } from '../../host/batch/outgoing-message.ts';
import { openInputStream } from './input-stream.ts';

/** What --inject options say. */
export function injectedMessages(texts: readonly string[], addressing: Addressing): readonly OutgoingMessage[] {
  return texts.map((text, index) => {
    const place = texts.length === 1 ? '--inject' : `--inject ${index + 1}`;
    const parsed = parseJson({ text, file: place });
    if ('value' in parsed) return { ...addressing, message: parsed.value, place };
    const column = parsed.problem.location?.column ?? 1;
    throw new StudioError('BrokenJson', `${place}, column ${column}: ${parsed.problem.message}`, {
      tip: `It arrived as: ${text}  (Shells want single quotes around JSON.)`,
    });
  });
}

export interface InputOptions {
  /** The --input option: a file, or `-` for stdin. */
  readonly path: string;
  readonly cwd: string;
  readonly openStdin: () => Readable;
  readonly addressing: Addressing;
}

/** Messages from outside. Disposed of in mid-message too: then nothing is left that could keep the process alive. */
export interface Input extends Disposable {
  readonly messages: AsyncIterable<OutgoingMessage>;
}

/**
 * Opens --input.
 *
 * @throws StudioError `FileNotFound`, `NotAFile`, `FileUnreadable`
 */
export async function openInput({ path, cwd, openStdin, addressing }: InputOptions): Promise<Input> {
  const stream = path === '-' ? openStdin() : await openInputStream(path, cwd);
  return {
    messages: readMessages(stream, path === '-' ? '<stdin>' : path, addressing),
    [Symbol.dispose]: () => {
      stream.destroy();
    },
  };
}
