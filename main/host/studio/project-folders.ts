import { createHash } from 'node:crypto';
import { mkdir, readdir, realpath, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { StudioError } from '../../../app/base/studio-error.ts';
import type { CreateProjectInput } from '../../../app/contract/inputs.ts';
import type { FolderListing } from '../../../app/contract/project.ts';
import { stringifyTopology } from '../../../app/model/topology/write-topology.ts';
import type { TopologyActor } from '../../../app/model/topology/topology.ts';
import { identifierOf, templateText } from './file-templates.ts';
import { isSkipped, reasonOf } from './project-files.ts';

const TOPOLOGY = 'topology.ring.json';
const MOST_FOLDERS = 2000;

export interface ProjectPlace {
  /** Real path. */
  readonly dir: string;
  readonly topologyPath: string;
}

/**
 * Where a project lies: `path` is its folder, or the topology itself.
 *
 * @throws StudioError `FolderNotFound`, `FolderUnreadable`, `NotAProject`
 */
export async function findProject(path: string): Promise<ProjectPlace> {
  const real = await realpath(path).catch((cause: unknown) => {
    throw new StudioError('FolderNotFound', `'${path}' is not there.`, { cause });
  });
  const stats = await stat(real);
  if (stats.isFile()) {
    if (real.endsWith('.ring.json')) return { dir: dirname(real), topologyPath: basename(real) };
    throw new StudioError('NotAProject', `'${path}' is no topology.`, { tip: 'Topologies end in .ring.json.' });
  }
  if (!stats.isDirectory()) {
    const message = `'${path}' is neither a folder nor a file, but a device, a pipe or a socket.`;
    throw new StudioError('NotAProject', message, { tip: 'Choose a folder with a topology.' });
  }
  const names = (await listNames(real)).filter((name) => name.endsWith('.ring.json')).sort();
  const topologyPath = names.includes(TOPOLOGY) ? TOPOLOGY : names[0];
  if (topologyPath !== undefined) return { dir: real, topologyPath };
  throw new StudioError('NotAProject', `there is no topology (*.ring.json) in '${path}'.`, {
    tip: 'Choose a folder that holds one, or create a project.',
  });
}

/** The same for a folder and its topology as long as both stay where they are. */
export function projectIdOf({ dir, topologyPath }: ProjectPlace): string {
  return createHash('sha256').update(`${dir}\0${topologyPath}`).digest('hex').slice(0, 16);
}

/**
 * Makes a folder with a topology, and with an actor for the template `kernel`.
 *
 * @throws StudioError `FolderExists`, `FolderNotWritable`
 */
export async function makeProject({ name, template }: CreateProjectInput, parentDir: string): Promise<string> {
  const dir = join(parentDir, name.replaceAll(' ', '-'));
  try {
    await mkdir(parentDir, { recursive: true });
    await mkdir(dir);
    const id = identifierOf(name);
    const source = `${id}.cu`;
    const actors: TopologyActor[] = template === 'kernel' ? [{ id, kernel: id, source }] : [];
    if (template === 'kernel') await writeFile(join(dir, source), templateText({ path: source, template }));
    await writeFile(join(dir, TOPOLOGY), stringifyTopology({ version: 1, name, device: 'cpu', actors }));
    return dir;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new StudioError('FolderExists', `there is a folder '${dir}' already.`, { tip: 'Choose another name.' });
    }
    throw new StudioError('FolderNotWritable', `'${dir}' cannot be made: ${reasonOf(error)}.`, { cause: error });
  }
}

/** @throws StudioError `FolderNotFound`, `FolderUnreadable` */
export async function listFolder(dir: string): Promise<FolderListing> {
  const real = await realpath(dir).catch((cause: unknown) => {
    throw new StudioError('FolderNotFound', `there is no folder '${dir}'.`, { cause });
  });
  const entries = await readdir(real, { withFileTypes: true }).catch((cause: unknown) => unreadable(dir, cause));
  const names = entries.filter((entry) => entry.isDirectory() && !isSkipped(entry.name)).map(({ name }) => name);
  const folders = await Promise.all(
    names
      .sort((a, b) => a.localeCompare(b))
      .slice(0, MOST_FOLDERS)
      .map(async (name) => ({ name, isProject: await hasTopology(join(real, name)) })),
  );
  const parent = dirname(real);
  return { dir: real, parent: parent === real ? null : parent, folders, isProject: await hasTopology(real) };
}

function listNames(dir: string): Promise<string[]> {
  return readdir(dir).catch((cause: unknown) => unreadable(dir, cause));
}

function unreadable(dir: string, cause: unknown): never {
  throw new StudioError('FolderUnreadable', `'${dir}' cannot be listed: ${reasonOf(cause)}.`, { cause });
}

async function hasTopology(dir: string): Promise<boolean> {
  const names = await readdir(dir).catch(() => []);
  return names.some((name) => name.endsWith('.ring.json'));
}
