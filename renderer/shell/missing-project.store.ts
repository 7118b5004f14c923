import { create } from 'zustand';

import type { ProjectSummary } from '../../app/contract/project.ts';
import { studio } from '../bridge/client.ts';
import type { Failure } from '../bridge/failure.ts';
import { useProject } from '../stores/project.store.ts';

/** A project that was to be shown, and cannot be. What is not known of it is undefined. */
export interface MissingProject {
  readonly name: string | undefined;
  readonly dir: string | undefined;
  /** The list of recent projects names it. */
  readonly isListed: boolean;
  readonly failure: Failure;
}

export const useMissingProject = create<{ readonly missing: MissingProject | undefined }>()(() => ({
  missing: undefined,
}));

export function forgetMissing(): void {
  useMissingProject.setState({ missing: undefined });
}

/** Finds out what is known of it: by the host's list of recent projects, and else by what this window has shown. */
export async function missProject(id: string, failure: Failure): Promise<void> {
  useMissingProject.setState({ missing: { ...shownBefore(id), isListed: false, failure } });
  const recent = await studio.projects.recent.query().catch(() => []);
  const listed = recent.find((project) => project.id === id);
  if (listed === undefined || useMissingProject.getState().missing?.failure !== failure) return;
  useMissingProject.setState({ missing: { name: listed.name, dir: listed.dir, isListed: true, failure } });
}

const keyOf = (id: string): string => `shown:${id}`;

function remember({ id, name, dir }: ProjectSummary): void {
  try {
    localStorage.setItem(keyOf(id), JSON.stringify({ name, dir }));
  } catch {
    // Without storage only the host knows.
  }
}

function shownBefore(id: string): Pick<MissingProject, 'name' | 'dir'> {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(id)) ?? 'null') as Partial<ProjectSummary> | null;
    return { name: kept?.name, dir: kept?.dir };
  } catch {
    return { name: undefined, dir: undefined };
  }
}

useProject.subscribe(({ project }, before) => {
  if (project === undefined || project === before.project) return;
  remember(project);
  forgetMissing();
});
