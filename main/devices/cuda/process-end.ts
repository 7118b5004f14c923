/** How a process ended, as in `was ended by SIGSEGV`. */
export function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `was ended by ${signal}`;
  if (code === null || code < 0x8000_0000) return `ended with exit code ${code ?? '?'}`;
  // Windows: the code of the exception, by which it is known.
  return `ended with exit code 0x${code.toString(16)}`;
}

/** The line that names an error, where one of Node's is among them; else what was printed last. */
export function quoteLast(lines: readonly string[]): string {
  const printed = lines.map((line) => line.trim()).filter((line) => line !== '');
  const error = printed.find((line) => /^(\w*Error)\b/.test(line));
  return (error ?? printed.slice(-2).join(' ')).slice(0, 300);
}
