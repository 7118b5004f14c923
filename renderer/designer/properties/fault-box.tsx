import type { ReactElement } from 'react';

import type { ActorRunState } from '../../../app/contract/run.ts';
import { useNavigation } from '../../stores/navigation.store.ts';
import { Button } from '../../ui/button.tsx';
import { StateGlyph } from '../../ui/state-glyph.tsx';
import { restartActors } from '../actor-actions.ts';
import styles from './properties.module.css';

/** Why an actor failed, where, and the way out. */
export function FaultBox({
  id,
  run,
}: {
  readonly id: string;
  readonly run: ActorRunState | undefined;
}): ReactElement | null {
  const fault = run?.fault;
  if (fault === undefined) return null;
  const { location } = fault;
  return (
    <div className={styles['fault']} role="status">
      <p>
        <StateGlyph state="faulted" />
        <span>
          {fault.detail}
          {location !== undefined && ` ${location.file}, line ${location.line}.`}
        </span>
      </p>
      <div className={styles['buttons']}>
        {location !== undefined && (
          <Button onClick={() => useNavigation.getState().openFile(location.file, location)}>Go to line</Button>
        )}
        <Button onClick={() => void restartActors([id])}>Restart from a fresh state</Button>
      </div>
    </div>
  );
}
