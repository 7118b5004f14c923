import { showFailure, useToasts } from '../stores/toasts.store.ts';

export function copyJson(value: unknown): void {
  navigator.clipboard.writeText(JSON.stringify(value, undefined, 2)).then(
    () => useToasts.getState().show({ severity: 'info', title: 'Copied as JSON' }),
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
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`);
  const url = URL.createObjectURL(new Blob(lines, { type: 'application/jsonl' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
