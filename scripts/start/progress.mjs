const TTY_INTERVAL_MS = 100;
const PLAIN_INTERVAL_MS = 10_000;

/**
 * @typedef {{ transferred: number, total: number | null }} Progress bytes; total: null when the server does not say
 * @typedef {{ isTTY?: boolean, write: (text: string) => unknown }} Output
 */

/**
 * Shows how far a download is: one line that changes on a terminal, a line now and then elsewhere.
 *
 * @param {{ label: string, output: Output, now?: () => number }} options
 */
export function createProgress({ label, output, now = Date.now }) {
  const startedAt = now();
  // Where every line stays, the first one waits until it says something.
  let shownAt = output.isTTY ? -Infinity : startedAt;
  let isLineOpen = false;
  return {
    /** @param {Progress} progress */
    update(progress) {
      const at = now();
      const isEnd = progress.transferred === progress.total;
      if (at - shownAt < (output.isTTY ? TTY_INTERVAL_MS : PLAIN_INTERVAL_MS) && !(output.isTTY && isEnd)) return;
      shownAt = at;
      const line = `${label}: ${describeProgress(progress, at - startedAt)}`;
      output.write(output.isTTY ? `\r${line}\u001b[K` : `${line}\n`);
      isLineOpen = output.isTTY === true;
    },
    /** Leaves the line, so that what comes next has its own. */
    end() {
      if (isLineOpen) output.write('\n');
      isLineOpen = false;
    },
  };
}

/**
 * @param {Progress} progress
 * @param {number} elapsedMs
 */
export function describeProgress({ transferred, total }, elapsedMs) {
  const speed = elapsedMs > 0 ? `, ${inMb(transferred / (elapsedMs / 1000))} MB/s` : '';
  if (total === null || total <= 0) return `${inMb(transferred)} MB${speed}`;
  const percent = Math.min(100, Math.floor((transferred / total) * 100));
  return `${percent} % of ${inMb(total)} MB${speed}`;
}

/** @param {number} bytes */
function inMb(bytes) {
  return (bytes / 1e6).toFixed(1);
}
