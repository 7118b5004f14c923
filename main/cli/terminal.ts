import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Where commands write: results to stdout, everything else to stderr. */
export interface Terminal {
  /** Writes results; resolves when more may follow. */
  write(text: string): Promise<void>;
  /** Writes one line that is not a result. */
  note(line: string): void;
}

/** A terminal over two streams. `onClosed` is called when nobody reads the results any more. */
export function createTerminal(out: Writable, err: Writable, onClosed: () => void): Terminal {
  let isClosed = false;
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    onClosed();
  };
  out.on('error', close);
  out.on('close', close);
  // With nobody to tell, there is nothing to do about it.
  err.on('error', () => undefined);
  return {
    write: async (text) => {
      if (isClosed || out.write(text)) return;
      await once(out, 'drain').catch(() => undefined);
    },
    note: (line) => {
      err.write(`${line}\n`);
    },
  };
}
