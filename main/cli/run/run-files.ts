import { readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { StudioError } from '../../../app/base/studio-error.ts';
import { readSourceTree } from '../../compile/sources/source-tree.ts';
import type { Arguments } from '../command/arguments.ts';
import type { Project, ProjectFile } from '../project/project.ts';

/** A file that a run reads or writes. */
interface RunFile {
  /** For messages: `--output 'out.jsonl'`. */
  readonly label: string;
  /** Whose value it is. */
  readonly option?: string;
  /** Absolute. */
  readonly path: string;
  /** The code of the error that says that it cannot be written; undefined for what is read. */
  readonly notWritable?: string;
}

const WRITTEN = {
  output: 'OutputNotWritable',
  'dead-letters': 'OutputNotWritable',
  ledger: 'LedgerNotWritable',
  checkpoint: 'CheckpointNotWritable',
} as const;

/** Links that lead to each other are followed so often. */
const MOST_LINKS = 40;

/**
 * Makes sure, before anything is written, that no file of the run is written and used for something else as well: devices
 * and pipes may be, since writing takes nothing away there, and a checkpoint may take the place of the one that the run
 * goes on from.
 *
 * @throws StudioError `OutputNotWritable`, `LedgerNotWritable`, `CheckpointNotWritable`, `FileNotWritable`
 */
export async function checkRunFiles(args: Arguments, file: ProjectFile, project: Project): Promise<void> {
  const written = filesWritten(args, file, project);
  if (written.length === 0) return;
  const files = [...(await filesRead(args, file, project)), ...written];
  const known = new Map<string, RunFile>();
  for (const each of files) {
    const identity = await identify(each.path);
    if (identity === undefined) continue;
    const other = known.get(identity);
    known.set(identity, each);
    if (other === undefined || each.notWritable === undefined || isSuccession(other, each)) continue;
    const message = `${each.label} and ${other.label} are one file.`;
    throw new StudioError(each.notWritable, message, { tip: 'Name another file.' });
  }
}

/** Those that are read as a whole, too: they would be gone. */
async function filesRead(args: Arguments, { path, cwd }: ProjectFile, project: Project): Promise<readonly RunFile[]> {
  const options = (['input', 'restore'] as const).flatMap((option) => optionFile(args, option, cwd));
  const sources = new Set<string>();
  for (const source of project.programs.keys()) {
    const read = await readSourceTree(project.dir, source);
    for (const each of read.ok ? read.tree.files.keys() : [source]) sources.add(each);
  }
  return [
    { label: `'${path}'`, path: resolve(cwd, path) },
    ...[...sources].map((source) => ({ label: `the source '${source}'`, path: resolve(project.dir, source) })),
    ...options,
    ...hostFiles(project, 'replay'),
  ];
}

function filesWritten(args: Arguments, { cwd }: ProjectFile, project: Project): readonly RunFile[] {
  const options = (['output', 'dead-letters', 'ledger', 'checkpoint'] as const).flatMap((option) =>
    optionFile(args, option, cwd).map((file) => ({ ...file, notWritable: WRITTEN[option] })),
  );
  return [...options, ...hostFiles(project, 'sink').map((file) => ({ ...file, notWritable: 'FileNotWritable' }))];
}

function optionFile(args: Arguments, option: string, cwd: string): readonly RunFile[] {
  const path = args.text(option);
  return path === undefined || path === '-'
    ? []
    : [{ label: `--${option} '${path}'`, option, path: resolve(cwd, path) }];
}

function hostFiles({ topology, dir }: Project, kind: 'replay' | 'sink'): readonly RunFile[] {
  return (topology.hosts ?? []).flatMap((host) =>
    host.host === kind ? [{ label: `'${host.file}' of '${host.id}'`, path: resolve(dir, host.file) }] : [],
  );
}

/** The checkpoint has been read when another one takes its place. */
function isSuccession(before: RunFile, after: RunFile): boolean {
  return before.option === 'restore' && after.option === 'checkpoint';
}

/** Equal for paths that mean one file; undefined for what is no file. One that does not exist is what it will be. */
async function identify(path: string, links = 0): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  if (found !== undefined) return found.isFile() ? `${found.dev}:${found.ino}` : undefined;
  const target = await readlink(path).catch(() => undefined);
  if (target !== undefined && links < MOST_LINKS) return identify(resolve(dirname(path), target), links + 1);
  return join(await realpath(dirname(path)).catch(() => dirname(path)), basename(path));
}
