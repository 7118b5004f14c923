import { useSyncExternalStore } from 'react';

import type { ProjectSummary } from '../../app/contract/project.ts';

/** The address says which project a window shows, so that a reload shows it again and a link opens it. */
export function useRoutedProject(): string | undefined {
  return useSyncExternalStore(subscribe, routedProject);
}

export function goToProject({ id }: Pick<ProjectSummary, 'id'>): void {
  location.hash = `#/project/${id}`;
}

export function goToWelcome(): void {
  location.hash = '#/';
}

function routedProject(): string | undefined {
  return /^#\/project\/(\w+)$/.exec(location.hash)?.[1]; // ids are words, see `projectIdOf`
}

function subscribe(notify: () => void): () => void {
  window.addEventListener('hashchange', notify);
  return () => window.removeEventListener('hashchange', notify);
}
