/** Electron that ends later than this has been running; what it says then is about something else. */
const START_MS = 20_000;

/**
 * Why Electron did not come up, where it did not; undefined when it ran, however that ended.
 *
 * @param {Pick<import('./run-to-end.mjs').Ending, 'exitCode' | 'stderrTail' | 'elapsedMs' | 'problem'>} ending
 */
export function describeStartFailure({ exitCode, stderrTail, elapsedMs, problem }) {
  if (problem !== undefined) return describeSpawnProblem(problem);
  if (exitCode === 0 || elapsedMs > START_MS) return undefined;
  const library = /error while loading shared libraries: ([^\s:]+)/.exec(stderrTail)?.[1];
  if (library !== undefined) {
    return `Electron needs the system library ${library}, which is not installed here.`;
  }
  const symbol = /version `(\w+_[\d.]+)' not found/.exec(stderrTail)?.[1];
  if (symbol !== undefined) return `Electron needs a newer system (${symbol} is missing).`;
  if (/Running as root without --no-sandbox/.test(stderrTail)) return 'Electron refuses to run as root.';
  if (/SUID sandbox helper binary was found|No usable sandbox|Failed to move to new namespace/.test(stderrTail)) {
    return "Electron's sandbox does not work here; its own words are above.";
  }
  if (/Missing X server or \$DISPLAY|Unable to open X display|Failed to connect to Wayland display/.test(stderrTail)) {
    return 'the display cannot be opened (DISPLAY or WAYLAND_DISPLAY names one that does not answer).';
  }
  return undefined;
}

/** @param {NodeJS.ErrnoException} problem */
function describeSpawnProblem({ code, message, path = 'Electron' }) {
  // The file was there a moment ago: what is missing is the loader that it names.
  if (code === 'ENOENT') return `'${path}' does not start: it is made for another C library (glibc) or system.`;
  if (code === 'EACCES') return `'${path}' may not be executed (a folder mounted with noexec?).`;
  return `'${path}' does not start: ${message}.`;
}
