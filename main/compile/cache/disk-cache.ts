import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { deflate, inflate } from 'node:zlib';

const deflateAsync = promisify(deflate);
const inflateAsync = promisify(inflate);

export interface DiskCacheOptions {
  readonly dir: string;
  readonly maxBytes?: number;
  /** Told once, when the folder cannot be used. */
  readonly onUnusable?: (message: string) => void;
}

const defaultMaxBytes = 256 * 1024 * 1024;
/** Entries are evicted down to this share of the limit, so that not every write evicts. */
const keptShare = 0.8;
const writesBetweenSweeps = 16;
const staleTemporaryMs = 3_600_000;
const checksumBytes = 32;
/** A larger entry would push out most of the others. */
const largestShare = 0.25;
/** Larger values are deflated: they are static data or states, and mostly zeros. */
const plainBytes = 1024 * 1024;
const inflatedLimit = { maxOutputLength: 1024 ** 3 };

/**
 * Values on disk by a content hash, the least recently used evicted. Any number of processes may share the folder: files
 * appear by rename, whole or not at all, and carry a checksum. An entry that does not read is deleted and missed.
 */
export class DiskCache {
  readonly #dir: string;
  readonly #maxBytes: number;
  readonly #onUnusable: (message: string) => void;
  #hasWarned = false;
  #writesUntilSweep = 1;

  constructor({ dir, maxBytes = defaultMaxBytes, onUnusable = () => undefined }: DiskCacheOptions) {
    this.#dir = dir;
    this.#maxBytes = maxBytes;
    this.#onUnusable = onUnusable;
  }

  /** The value as `write` took it; `isValue` guards against another program's file at this place. */
  async read<T>(key: string, isValue: (value: unknown) => value is T): Promise<T | undefined> {
    const path = this.#pathOf(key);
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes === undefined) return undefined;
    const value = await decode(bytes);
    if (!isValue(value)) {
      await rm(path, { force: true }).catch(() => undefined);
      return undefined;
    }
    const now = new Date(Date.now());
    await utimes(path, now, now).catch(() => undefined);
    return value;
  }

  /** Never fails: what cannot be written is not cached. */
  async write(key: string, value: unknown): Promise<void> {
    const path = this.#pathOf(key);
    const temporary = `${path}.${process.pid}-${randomUUID()}.tmp`;
    try {
      const entry = await encode(value);
      if (entry.length > this.#maxBytes * largestShare) return;
      // Nobody else should read what people work on, or leave code here for them to run.
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writeFile(temporary, entry, { mode: 0o600 });
      await rename(temporary, path);
      this.#writesUntilSweep -= 1;
      if (this.#writesUntilSweep <= 0) await this.#sweep();
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      if (this.#hasWarned) return;
      this.#hasWarned = true;
      const reason = error instanceof Error ? error.message : String(error);
      this.#onUnusable(`The compile cache in ${this.#dir} cannot be written: ${reason}`);
    }
  }

  #pathOf(key: string): string {
    return join(this.#dir, key.slice(0, 2), key.slice(2));
  }

  async #sweep(): Promise<void> {
    this.#writesUntilSweep = writesBetweenSweeps;
    const entries = await this.#entries();
    let total = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    if (total <= this.#maxBytes) return;
    entries.sort((a, b) => a.usedAtMs - b.usedAtMs);
    for (const { path, sizeBytes } of entries) {
      if (total <= this.#maxBytes * keptShare) return;
      await rm(path, { force: true }).catch(() => undefined);
      total -= sizeBytes;
    }
  }

  /** Without the temporary files of other processes; those that a dead process left are removed. */
  async #entries(): Promise<{ path: string; sizeBytes: number; usedAtMs: number }[]> {
    const names = await readdir(this.#dir, { recursive: true, withFileTypes: true }).catch(() => []);
    const entries = [];
    for (const name of names) {
      if (!name.isFile()) continue;
      const path = join(name.parentPath, name.name);
      const stats = await stat(path).catch(() => undefined);
      if (stats === undefined) continue;
      if (!path.endsWith('.tmp')) entries.push({ path, sizeBytes: stats.size, usedAtMs: stats.mtimeMs });
      else if (Date.now() - stats.mtimeMs > staleTemporaryMs) await rm(path, { force: true }).catch(() => undefined);
    }
    return entries;
  }
}

/** Checksum of the rest, a byte that says whether the value is deflated, the value. */
async function encode(value: unknown): Promise<Uint8Array> {
  const plain = serialize(value);
  const isDeflated = plain.length > plainBytes;
  const payload = [Buffer.of(isDeflated ? 1 : 0), isDeflated ? await deflateAsync(plain, { level: 1 }) : plain];
  return Buffer.concat([checksum(payload), ...payload]);
}

async function decode(bytes: Buffer): Promise<unknown> {
  const payload = bytes.subarray(checksumBytes);
  if (!checksum([payload]).equals(bytes.subarray(0, checksumBytes))) return undefined;
  try {
    const value = payload.subarray(1);
    return deserialize(payload[0] === 1 ? await inflateAsync(value, inflatedLimit) : value);
  } catch {
    return undefined;
  }
}

function checksum(parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
