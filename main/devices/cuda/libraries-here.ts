import { readdirSync } from 'node:fs';
import { libraryCandidates, type LibraryCandidates } from './library-candidates.ts';

/** What to open on this machine. */
export function librariesHere(env: NodeJS.ProcessEnv): LibraryCandidates {
  const { platform, arch } = process;
  return libraryCandidates({ platform, arch, env, workingFolder: process.cwd(), listFolder });
}

function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
