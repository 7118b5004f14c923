import { showFailure, useToasts } from '../stores/toasts.store.ts';

export function copyJson(value: unknown): void {
  copyText(JSON.stringify(value, undefined, 2), 'Copied as JSON');
}

/** `done` is what the person is told then. */
export function copyText(text: string, done: string): void {
  navigator.clipboard.writeText(text).then(
    () => useToasts.getState().show({ severity: 'info', title: done }),
    (error: unknown) =>
      showFailure('Not copied', {
        code: 'Clipboard',
        message: `The browser refused it: ${String(error)}`,
        problems: [],
      }),
  );
}

/** A file with one row in each line. */
export function downloadJsonLines(name: string, rows: readonly unknown[]): void {
  downloadLines(
    name,
    rows.map((row) => JSON.stringify(row)),
  );
}

/** A file of lines of JSON. */
export function downloadLines(name: string, lines: readonly string[]): void {
  const ended = lines.map((line) => `${line}\n`);
  const url = URL.createObjectURL(new Blob(ended, { type: 'application/jsonl' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
