import { useCallback, useEffect, useRef, useState } from 'react';

import { studio } from '../bridge/client.ts';
import { toFailure } from '../bridge/failure.ts';
import { documents } from '../stores/documents.ts';
import { useNavigation } from '../stores/navigation.store.ts';
import { openProjectId } from '../stores/project-session.ts';
import { useProject } from '../stores/project.store.ts';
import { showFailure, useToasts } from '../stores/toasts.store.ts';
import { runningRevision } from './revision-notice.ts';
import { useWindowConflict } from './use-document.ts';

/** What stands beside the file's text. */
export interface Compared {
  readonly label: string;
  readonly text: string;
  /** Shown only as long as the conflict with the other window lasts. */
  readonly isConflict?: true;
}

interface Comparison {
  readonly compared: Compared | undefined;
  readonly compareWithTheirs: () => void;
  readonly close: () => void;
}

/** Follows wishes to compare the file with the version that runs. */
export function useComparison(path: string): Comparison {
  const [compared, setCompared] = useState<Compared>();
  const wish = useNavigation(({ comparison }) => (comparison?.target === path ? comparison.count : 0));
  const hasConflict = useWindowConflict(path);
  const followed = useRef(0);
  useEffect(() => {
    if (wish === 0 || wish === followed.current) return undefined;
    followed.current = wish;
    let isOver = false;
    void runningText(path).then((found) => {
      if (!isOver && found !== undefined) setCompared(found);
    });
    return () => {
      isOver = true;
    };
  }, [path, wish]);
  const compareWithTheirs = useCallback(() => {
    const theirs = documents.view(path)?.conflict?.theirs;
    if (theirs !== undefined) setCompared({ label: 'in the other window', text: theirs, isConflict: true });
  }, [path]);
  const close = useCallback(() => setCompared(undefined), []);
  const isOver = compared?.isConflict === true && !hasConflict;
  return { compared: isOver ? undefined : compared, compareWithTheirs, close };
}

async function runningText(path: string): Promise<Compared | undefined> {
  const number = runningRevision(useProject.getState().run, path);
  try {
    const text = await studio.files.runningText.query({ projectId: openProjectId(), path });
    if (text !== null) return { label: number === undefined ? 'running' : `r${number}, running`, text };
    const title = `Nothing runs ${path}`;
    useToasts.getState().show({ severity: 'info', title, detail: 'There is no version to compare with.' });
  } catch (error) {
    showFailure(`${path} cannot be compared`, toFailure(error));
  }
  return undefined;
}
