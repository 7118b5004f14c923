import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { DeviceKind } from '../../../app/device/device.ts';
import { JsonDocument } from '../../storage/json-document.ts';

/** Hashes of texts by path: those that a person on this machine has written, or agreed to run. */
const trustSchema = z.record(
  z.string(),
  z.object({
    draft: z.string(),
    saved: z.string(),
    /** It came from outside, and what somebody has agreed to is to run it on the CPU device, which is a sandbox. */
    isForSandbox: z.literal(true).optional(),
  }),
);
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
  /** `draft` is of the text that was written here last, `saved` of the one that it began from. */
  readonly #hashes = new Map<string, TrustedTexts[string]>();

  constructor(path: string, onFailure: (error: unknown) => void) {
    this.#document = new JsonDocument({ path, schema: trustSchema, empty: {}, delayMs: 120, onFailure });
  }

  async load(): Promise<void> {
    for (const [path, hashes] of Object.entries(await this.#document.read())) this.#hashes.set(path, hashes);
  }

  has(path: string, text: string, device: DeviceKind = 'cpu'): boolean {
    return isAmong(this.#hashes, { path, text, device });
  }

  /** What `has` says now, whatever is edited afterwards. */
  asOfNow(device: DeviceKind): (path: string, text: string) => boolean {
    const hashes = new Map(this.#hashes);
    return (path, text) => isAmong(hashes, { path, text, device });
  }

  /** It was written here. */
  trust(path: string, text: string): void {
    const hash = textHash(text);
    this.#hashes.set(path, { draft: hash, saved: hash });
    this.#keep();
  }

  /** Somebody agrees to run it on a device: the GPU is no sandbox, so that for the CPU says nothing of it. */
  agree(path: string, text: string, device: DeviceKind): void {
    if (this.has(path, text, device)) return;
    const hash = textHash(text);
    this.#hashes.set(path, { draft: hash, saved: hash, ...(device === 'cpu' && { isForSandbox: true }) });
    this.#keep();
  }

  /** An edit in the studio. What is on disk stays trusted: it runs on, and an edit can be reverted. */
  edited(path: string, before: string, after: string): void {
    const known = this.#hashes.get(path);
    if (known === undefined || !this.has(path, before)) return;
    this.#hashes.set(path, { ...known, draft: textHash(after) });
    this.#keep();
  }

  /** A trusted draft that an earlier host has kept. */
  restored(path: string, text: string): void {
    const draft = textHash(text);
    this.#hashes.set(path, { saved: draft, ...this.#hashes.get(path), draft });
  }

  /** A trusted text is on disk now; the draft may have gone on. */
  saved(path: string, text: string): void {
    const known = this.#hashes.get(path);
    if (known === undefined) return;
    this.#hashes.set(path, { ...known, saved: textHash(text) });
    this.#keep();
  }

  renamed(path: string, newPath: string): void {
    const known = this.#hashes.get(path);
    this.forget(path);
    if (known === undefined) return;
    this.#hashes.set(newPath, known);
    this.#keep();
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

interface Question {
  readonly path: string;
  readonly text: string;
  readonly device: DeviceKind;
}

function isAmong(trusted: ReadonlyMap<string, TrustedTexts[string]>, { path, text, device }: Question): boolean {
  const known = trusted.get(path);
  if (known === undefined || (known.isForSandbox === true && device === 'cuda')) return false;
  const hash = textHash(text);
  return known.draft === hash || known.saved === hash;
}

function textHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
