import type { HostFiles } from '../../../app/runtime/host-actors/host-files.ts';

/** The files of a project for runs that only compare: what they would write is looked at and goes nowhere. */
export function readOnlyFiles(files: HostFiles): HostFiles {
  const nothing = (): Promise<void> => Promise.resolve();
  return {
    read: (path) => files.read(path),
    write: () => Promise.resolve({ write: nothing, commit: nothing, abandon: nothing }),
  };
}
