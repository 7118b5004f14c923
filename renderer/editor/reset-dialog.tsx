import type { ReactElement } from 'react';

import { studio } from '../bridge/client.ts';
import { toFailure } from '../bridge/failure.ts';
import { openProjectId } from '../stores/project-session.ts';
import { telemetry } from '../stores/telemetry-history.ts';
import { showFailure } from '../stores/toasts.store.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { formatCount } from '../ui/format.ts';

/** A reset loses what actors hold: it is asked for with what that is. */
export function ResetDialog({
  actorIds,
  revision,
  onClose,
}: {
  readonly actorIds: readonly string[];
  readonly revision: number;
  readonly onClose: () => void;
}): ReactElement {
  const name = actorIds.length === 1 ? actorIds[0]! : `${actorIds.length} actors`;
  const reset = (): void => {
    onClose();
    studio.run.reset
      .mutate({ projectId: openProjectId(), actorIds: [...actorIds] })
      .catch((error: unknown) => showFailure(`${name} was not reset`, toFailure(error)));
  };
  return (
    <Dialog
      title={`Reset the state of ${name}?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" onClick={reset}>
            Reset {name} and load
          </Button>
        </>
      }
    >
      {lossOf(actorIds, revision)}
    </Dialog>
  );
}

function lossOf(actorIds: readonly string[], revision: number): string {
  const live = telemetry.live?.actors;
  const sum = (read: (id: string) => number | undefined): number =>
    actorIds.reduce((total, id) => total + (read(id) ?? 0), 0);
  const waiting = sum((id) => live?.get(id)?.depth);
  const processed = sum((id) => live?.get(id)?.processed);
  const one = actorIds.length === 1;
  const subject = one ? actorIds[0]! : `The ${actorIds.length} actors`;
  const messages = `${formatCount(waiting)} ${waiting === 1 ? 'message' : 'messages'}`;
  return (
    `${subject} ${one ? 'begins' : 'begin'} anew with r${revision}. What ${one ? 'it holds' : 'they hold'} after ` +
    `${formatCount(processed)} messages is lost, with ${messages} in the ${one ? 'queue' : 'queues'}.`
  );
}
