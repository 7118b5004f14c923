import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { StudioError } from '../../../app/base/studio-error.ts';
import type { CheckpointInfo } from '../../../app/contract/state.ts';
import { CHECKPOINT_SUFFIX, readCheckpointFile, writeCheckpointFile } from '../../storage/checkpoint-files.ts';

const ID = /^(\d{13})-[0-9a-f]{8}(?:-(.*))?$/;

/** The checkpoints of a project, each a file whose name says when it was taken and what somebody called it. */
export class CheckpointFolder {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  async save(bytes: Uint8Array, name: string, takenAtMs: number): Promise<CheckpointInfo> {
    const stamp = `${takenAtMs.toString().padStart(13, '0')}-${randomBytes(4).toString('hex')}`;
    const id = name === '' ? stamp : `${stamp}-${name}`;
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    await writeCheckpointFile(this.#path(id), bytes);
    return { id, name, takenAtMs, sizeBytes: bytes.length };
  }

  /** The latest first. */
  async list(): Promise<readonly CheckpointInfo[]> {
    const files = await readdir(this.#dir).catch(() => []);
    const ids = files
      .filter((file) => file.endsWith(CHECKPOINT_SUFFIX))
      .map((file) => file.slice(0, -CHECKPOINT_SUFFIX.length));
    const infos = await Promise.all(ids.map((id) => this.#info(id)));
    return infos.flatMap((info) => info ?? []).sort((a, b) => b.takenAtMs - a.takenAtMs);
  }

  /** @throws StudioError `UnknownCheckpoint`, `CheckpointUnreadable` */
  async read(id: string): Promise<Uint8Array> {
    if ((await this.#info(id)) === undefined) {
      const tip = 'Look at the list again: it may have been deleted.';
      throw new StudioError('UnknownCheckpoint', `there is no checkpoint '${id}'.`, { tip });
    }
    return readCheckpointFile(this.#path(id));
  }

  async delete(id: string): Promise<void> {
    await rm(this.#path(id), { force: true });
  }

  async #info(id: string): Promise<CheckpointInfo | undefined> {
    const [, takenAt, name = ''] = ID.exec(id) ?? [];
    const found = await stat(this.#path(id)).catch(() => undefined);
    if (takenAt === undefined || found?.isFile() !== true) return undefined;
    return { id, name, takenAtMs: Number(takenAt), sizeBytes: found.size };
  }

  #path(id: string): string {
    return join(this.#dir, `${id}${CHECKPOINT_SUFFIX}`);
  }
}
