import type { ReactElement } from 'react';

import type { CheckpointInfo } from '../../../app/contract/state.ts';
import { useProject } from '../../stores/project.store.ts';
import { telemetry } from '../../stores/telemetry-history.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { formatCount } from '../../ui/format.ts';
import { restoreCheckpoint } from './checkpoints.store.ts';

/** Says what goes when the checkpoint comes. */
export function RestoreDialog({
  checkpoint: { id, name, takenAtMs },
  onClose,
}: {
  readonly checkpoint: CheckpointInfo;
  readonly onClose: () => void;
}): ReactElement {
  const isIdle = useProject(({ run }) => run.phase === 'idle');
  const count = useProject(({ run }) => run.actors.length);
  const taken = new Date(takenAtMs).toLocaleString('en-GB');
  const actors = `${formatCount(count)} ${count === 1 ? 'actor' : 'actors'}`;
  const { processed = 0, depth = 0 } = telemetry.live?.totals ?? {};
  return (
    <Dialog
      title={`Go on from ${name === '' ? 'the checkpoint' : name}?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            onClick={() => {
              onClose();
              void restoreCheckpoint({ id });
            }}
          >
            {isIdle ? 'Start from the checkpoint' : 'Stop and restore'}
          </Button>
        </>
      }
    >
      {isIdle
        ? `The actors start with the states and queues of ${taken}.`
        : `The run ends first: what ${actors} hold after ${formatCount(processed)} messages is lost, with ` +
          `${formatCount(depth)} that wait. The actors start again with the states and queues of ${taken}.`}
    </Dialog>
  );
}
