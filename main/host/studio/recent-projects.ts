import { stat } from 'node:fs/promises';
import { z } from 'zod';
import type { ProjectSummary, RecentProject } from '../../../app/contract/project.ts';
import { JsonDocument } from '../../storage/json-document.ts';

const entrySchema = z.object({
  id: z.string(),
  name: z.string(),
  dir: z.string(),
  /** Within the folder. */
  topologyPath: z.string(),
  openedAtMs: z.number(),
});
type Entry = z.infer<typeof entrySchema>;

const MOST = 50;

/** The projects that were opened on this machine, the latest first. */
export class RecentProjects {
  readonly #document: JsonDocument<Entry[]>;
  #entries: Promise<Entry[]> | undefined;

  constructor(path: string, onFailure: (error: unknown) => void) {
    this.#document = new JsonDocument<Entry[]>({ path, schema: z.array(entrySchema), empty: [], onFailure });
  }

  async list(): Promise<readonly RecentProject[]> {
    const entries = await this.#read();
    return Promise.all(
      entries.map(async ({ topologyPath: _, ...entry }) => {
        const exists = await stat(entry.dir).then(
          (found) => found.isDirectory(),
          () => false,
        );
        return { ...entry, exists };
      }),
    );
  }

  /** Where the project with this id was; undefined when it was never opened, or was forgotten. */
  async find(id: string): Promise<Pick<Entry, 'name' | 'dir' | 'topologyPath'> | undefined> {
    return (await this.#read()).find((entry) => entry.id === id);
  }

  async opened(project: ProjectSummary, topologyPath: string): Promise<void> {
    const others = (await this.#read()).filter(({ id }) => id !== project.id);
    this.#write([{ ...project, topologyPath, openedAtMs: Date.now() }, ...others].slice(0, MOST));
  }

  async renamed({ id, name }: ProjectSummary): Promise<void> {
    this.#write((await this.#read()).map((entry) => (entry.id === id ? { ...entry, name } : entry)));
  }

  async forget(dir: string): Promise<void> {
    this.#write((await this.#read()).filter((entry) => entry.dir !== dir));
  }

  flush(): Promise<void> {
    return this.#document.flush();
  }

  #read(): Promise<Entry[]> {
    return (this.#entries ??= this.#document.read());
  }

  #write(entries: Entry[]): void {
    this.#entries = Promise.resolve(entries);
    this.#document.write(entries);
  }
}
