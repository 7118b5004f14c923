import { useEffect, useState } from 'react';

import type { StateView } from '../../../app/contract/state.ts';
import type { Json } from '../../../app/model/message-type.ts';
import { studio } from '../../bridge/client.ts';
import { type Failure, toFailure } from '../../bridge/failure.ts';
import { openProjectId } from '../../stores/project-session.ts';

/** Each look waits for a gap between two batches of the actor: often enough to follow, rarely enough not to disturb. */
const EVERY_MS = 500;

export interface WatchedState {
  readonly view: StateView | undefined;
  /** The look before, to tell what has changed. */
  readonly before: Json | undefined;
  /** Why there is nothing newer. */
  readonly failure: Failure | undefined;
}

const nothing: WatchedState = { view: undefined, before: undefined, failure: undefined };

/** The state of an instance, twice a second while this is shown and the page can be seen. */
export function useStateView(actor: string): WatchedState & { readonly take: (view: StateView) => void } {
  const [watched, setWatched] = useState(nothing);
  const take = (view: StateView): void => setWatched((last) => ({ view, before: last.view?.json, failure: undefined }));
  useEffect(() => {
    setWatched(nothing);
    let isWanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<void> => {
      try {
        const view = document.hidden
          ? undefined
          : await studio.states.read.query({ projectId: openProjectId(), actor });
        if (isWanted && view !== undefined) take(view);
      } catch (error) {
        if (isWanted) setWatched((last) => ({ ...last, failure: toFailure(error) }));
      }
      if (isWanted) timer = setTimeout(() => void look(), EVERY_MS);
    };
    void look();
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [actor]);
  return { ...watched, take };
}
