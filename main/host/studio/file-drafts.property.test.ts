import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FileDrafts, type DiskText } from './file-drafts.ts';

const PATH = 'a.cu';
const window = fc.integer({ min: 0, max: 1 });
const text = fc.constantFrom('a', 'b', 'c', 'd');

type Step =
  | { readonly kind: 'edit'; readonly window: number; readonly text: string }
  | { readonly kind: 'look'; readonly window: number }
  | { readonly kind: 'save' | 'restart' | 'revert' | 'keep' | 'notice' | 'deleteOutside' }
  | { readonly kind: 'writeOutside'; readonly text: string };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('edit' as const), window, text }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('look' as const), window }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom(...(['save', 'restart', 'revert', 'keep', 'notice', 'deleteOutside'] as const)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('writeOutside' as const), text }) },
);

/** A project of one file, its disk, two windows, and what must not get lost. */
class World {
  disk: DiskText = 'a';
  drafts = new FileDrafts(1);
  /** What each window has seen last. */
  readonly seen = [{ version: 0 }, { version: 0 }];
  /** The text that was accepted last and is not on disk, as far as the studio knows. */
  unsaved: string | undefined;
  #lastVersion = 1;

  constructor() {
    this.drafts.found(PATH, this.disk);
  }

  take(next: Step): void {
    const before = this.drafts.file(PATH);
    switch (next.kind) {
      case 'edit': {
        const result = this.drafts.edit(PATH, next.text, this.seen[next.window]!.version);
        expect(result === undefined).toBe(before === undefined);
        if (before !== undefined) expect(result === false).toBe(before.version !== this.seen[next.window]!.version);
        if (result === false || result === undefined) break;
        this.seen[next.window] = { version: result.version };
        this.unsaved = result.isDirty ? next.text : undefined;
        break;
      }
      case 'look':
        if (before !== undefined) this.seen[next.window] = { version: before.version };
        break;
      case 'save':
        this.notice();
        this.save();
        break;
      case 'restart':
        this.restart();
        break;
      case 'revert':
        this.notice();
        this.drafts.revert(PATH);
        this.unsaved = undefined;
        break;
      case 'keep':
        this.drafts.keepDraft(PATH);
        break;
      case 'notice':
        this.notice();
        break;
      case 'deleteOutside':
        this.disk = null;
        break;
      case 'writeOutside':
        this.disk = next.text;
        break;
    }
  }

  notice(): void {
    this.drafts.found(PATH, this.disk);
    if (this.unsaved !== undefined && this.disk === this.unsaved) this.unsaved = undefined;
  }

  save(): void {
    const file = this.drafts.file(PATH);
    if (file?.isDirty !== true || file.conflict !== undefined) return;
    this.disk = file.text;
    this.drafts.saved(PATH, file.text);
    this.unsaved = undefined;
  }

  restart(): void {
    const kept = this.drafts.kept(PATH);
    this.#lastVersion += 1000;
    this.drafts = new FileDrafts(this.#lastVersion);
    this.drafts.found(PATH, this.disk);
    if (kept !== undefined) this.drafts.restore(PATH, kept, this.disk);
    if (this.unsaved === this.disk) this.unsaved = undefined;
  }

  check(): void {
    const file = this.drafts.file(PATH);
    if (this.unsaved !== undefined) expect(file?.text).toBe(this.unsaved);
    if (file === undefined) return;
    expect(file.isDirty).toBe(file.text !== this.drafts.disk(PATH));
    if (file.conflict !== undefined) expect(file.isDirty).toBe(true);
    if (!file.isDirty) expect(this.drafts.kept(PATH)).toBeUndefined();
    else expect(this.drafts.kept(PATH)?.text).toBe(file.text);
    this.#lastVersion = Math.max(this.#lastVersion, file.version);
  }
}

describe('drafts', () => {
  test('lose nothing that was accepted, whoever edits, saves, writes and restarts', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const world = new World();
        for (const next of steps) {
          world.take(next);
          world.check();
        }
      }),
      { numRuns: 3000, seed: 20260101 },
    );
  });

  test('are in conflict when both sides have changed, until somebody chooses', () => {
    const drafts = new FileDrafts(1);
    drafts.found(PATH, 'one');
    drafts.edit(PATH, 'mine', drafts.file(PATH)!.version);
    drafts.found(PATH, 'theirs');
    expect(drafts.file(PATH)).toMatchObject({ text: 'mine', isDirty: true, conflict: 'changed-on-disk' });
    drafts.found(PATH, null);
    expect(drafts.file(PATH)).toMatchObject({ text: 'mine', conflict: 'deleted-on-disk' });
    drafts.keepDraft(PATH);
    expect(drafts.file(PATH)?.conflict).toBeUndefined();
    drafts.found(PATH, 'theirs again');
    drafts.revert(PATH);
    expect(drafts.file(PATH)).toMatchObject({ text: 'theirs again', isDirty: false });
  });

  test('are in conflict after a restart when the disk has changed meanwhile', () => {
    const drafts = new FileDrafts(1);
    drafts.found(PATH, 'two');
    drafts.restore(PATH, { text: 'mine', base: 'one' }, 'two');
    expect(drafts.file(PATH)).toMatchObject({ text: 'mine', isDirty: true, conflict: 'changed-on-disk' });
    drafts.restore('b.cu', { text: 'mine', base: 'one' }, 'one');
    expect(drafts.file('b.cu')).toMatchObject({ text: 'mine', isDirty: true });
    expect(drafts.file('b.cu')?.conflict).toBeUndefined();
  });

  test('take over what others write while there are no edits', () => {
    const drafts = new FileDrafts(1);
    drafts.found(PATH, 'one');
    const { version } = drafts.file(PATH)!;
    expect(drafts.found(PATH, 'two')).toMatchObject({ kind: 'changed', file: { text: 'two', isDirty: false } });
    expect(drafts.edit(PATH, 'three', version)).toBe(false);
    expect(drafts.found(PATH, null)).toEqual({ kind: 'removed' });
    expect(drafts.file(PATH)).toBeUndefined();
  });
});
