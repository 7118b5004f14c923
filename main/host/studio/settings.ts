import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import type { Json } from '../../../app/model/message-type.ts';
import { JsonDocument } from '../../storage/json-document.ts';

const schema = z.object({ key: z.string(), value: z.json() }).nullable();
type Stored = z.infer<typeof schema>;

/** Small documents of the windows, each in a file of its own. */
export class Settings {
  readonly #dir: string;
  readonly #onFailure: (error: unknown) => void;
  readonly #documents = new Map<string, JsonDocument<Stored>>();
  readonly #values = new Map<string, Promise<Json>>();

  constructor(dir: string, onFailure: (error: unknown) => void) {
    this.#dir = dir;
    this.#onFailure = onFailure;
  }

  read(key: string): Promise<Json> {
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const value = this.#document(key)
      .read()
      .then((stored) => stored?.value ?? null);
    this.#values.set(key, value);
    return value;
  }

  write(key: string, value: Json): void {
    this.#values.set(key, Promise.resolve(value));
    if (value === null) this.#document(key).remove();
    else this.#document(key).write({ key, value: value as z.core.util.JSONType });
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#documents.values()].map((document) => document.flush()));
  }

  #document(key: string): JsonDocument<Stored> {
    const known = this.#documents.get(key);
    if (known !== undefined) return known;
    // Keys differ in case, and hold what no file name may on some systems.
    const name = createHash('sha256').update(key).digest('hex').slice(0, 32);
    const path = join(this.#dir, `${name}.json`);
    const made = new JsonDocument<Stored>({ path, schema, empty: null, delayMs: 100, onFailure: this.#onFailure });
    this.#documents.set(key, made);
    return made;
  }
}
