import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { DeviceKind } from '../../../app/device/device.ts';
import { JsonDocument } from '../../storage/json-document.ts';

/** Hashes of texts by path: those that a person on this machine has written, or agreed to run. */
const trustSchema = z.record(z.string(), z.string());
type TrustedTexts = z.infer<typeof trustSchema>;

const agreedSchema = z.array(z.string());
const MOST_AGREED = 10_000;

export interface RunContent {
  /** Texts of the topology and of all sources, headers included, by path. */
  readonly texts: ReadonlyMap<string, string>;
  readonly device: DeviceKind;
}

/** What a person agrees to when a topology is to run. */
export function contentHash({ texts, device }: RunContent): string {
  const hash = createHash('sha256').update(`${device}\0`);
  for (const path of [...texts.keys()].sort()) {
    const text = texts.get(path)!;
    hash.update(`${Buffer.byteLength(path)}:${path}${Buffer.byteLength(text)}:${text}`);
  }
  return hash.digest('hex');
}

/** The contents that somebody on this machine has agreed to run, in whichever folder they lie. */
export class Agreements {
  readonly #document: JsonDocument<string[]>;
  #hashes: Promise<Set<string>> | undefined;

  constructor(path: string, onFailure: (error: unknown) => void) {
    this.#document = new JsonDocument({ path, schema: agreedSchema, empty: [], onFailure });
  }

  async has(hash: string): Promise<boolean> {
    return (await this.#read()).has(hash);
  }

  async add(hash: string): Promise<void> {
    const hashes = await this.#read();
    hashes.add(hash);
    this.#document.write([...hashes].slice(-MOST_AGREED));
  }

  flush(): Promise<void> {
    return this.#document.flush();
  }

  #read(): Promise<Set<string>> {
    return (this.#hashes ??= this.#document.read().then((hashes) => new Set(hashes)));
  }
}

/**
 * Which files of a project hold what was written in this studio. What was trusted stays so when it is edited here; what
 * came from outside is not, however much of it was edited, until somebody agrees to run it.
 */
export class TrustedFiles {
  readonly #document: JsonDocument<TrustedTexts>;
  readonly #hashes = new Map<string, string>();

  constructor(path: string, onFailure: (error: unknown) => void) {
    this.#document = new JsonDocument({ path, schema: trustSchema, empty: {}, delayMs: 120, onFailure });
  }

  async load(): Promise<void> {
    for (const [path, hash] of Object.entries(await this.#document.read())) this.#hashes.set(path, hash);
  }

  has(path: string, text: string): boolean {
    return this.#hashes.get(path) === textHash(text);
  }

  trust(path: string, text: string): void {
    this.#hashes.set(path, textHash(text));
    this.#keep();
  }

  /** An edit in the studio. */
  edited(path: string, before: string, after: string): void {
    if (this.has(path, before)) this.trust(path, after);
  }

  forget(path: string): void {
    if (this.#hashes.delete(path)) this.#keep();
  }

  flush(): Promise<void> {
    return this.#document.flush();
  }

  #keep(): void {
    this.#document.write(Object.fromEntries(this.#hashes));
  }
}

function textHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
