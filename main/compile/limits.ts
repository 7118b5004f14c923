const kib = 1024;
const mib = 1024 * kib;

/** What a program may hold; docs/device-api.md lists them. In bytes. */
export const limits = {
  /** CUDA refuses more static `__shared__` memory in a kernel. */
  shared: 48 * kib,
  /** `__device__` variables, `static` locals and constants together. */
  static: 64 * mib,
  message: mib,
  state: 64 * mib,
  sourceFile: 8 * mib,
} as const;

/** An object file holds the static data, zeros included; more than this is too much whatever the rest of it is. */
export const maxObjectBytes = limits.static + 32 * mib;

/** `48 KiB`, `4.5 MiB`; never rounded down, so that what exceeds a limit does not look like it. */
export function formatSize(bytes: number): string {
  if (bytes < kib) return `${bytes} bytes`;
  const [unit, name] = bytes < mib ? [kib, 'KiB'] : [mib, 'MiB'];
  return `${Math.ceil((bytes / unit) * 10) / 10} ${name}`;
}
